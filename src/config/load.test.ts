import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { money } from '../domain/money.ts'
import { PACING } from '../ibkr/pacing/allowance.ts'
import { settingsText } from './describe.ts'
import { loadSettings, parseSettings } from './load.ts'
import { secretsOf } from '../notify/open-channel.ts'

const folder = join(import.meta.dirname, '../../config')
const example = readFileSync(join(folder, 'example.yaml'), 'utf8')

function parse(text: string, environment: Record<string, string> = {}) {
  return parseSettings(text, { path: 'my.yaml', environment })
}

function problems(text: string, environment: Record<string, string> = {}): readonly string[] {
  const settings = parse(text, environment)
  return settings.ok ? [] : settings.error
}

const paper = example
  .replace('mode: demo', 'mode: paper')
  .replace('# account: DU1234567', 'account: DU1234567')
  .replace('# gateway:', 'gateway: { port: 4002 }\n# gateway:')

describe('the files that ship', () => {
  test('example.yaml loads as demo, with units converted (D2, D44, R1)', () => {
    const settings = parse(example)
    expect(settings.ok && settings.value).toMatchObject({
      mode: 'demo',
      intervalMs: 60_000,
      selection: { spreadPctMax: 0.03, strike: { kind: 'offset', steps: 0 } },
      rules: { stopLossPct: 0.15, limits: { riskPerTradePct: 0.005, orderCostMax: money(2000) } },
    })
  })

  test.each(readdirSync(join(folder, 'replay')))('replay/%s loads', (name) => {
    expect(loadSettings(join(folder, 'replay', name), {})).toMatchObject({ ok: true })
  })
})

/** Nine to the sixth, by aliases of aliases. */
const LAUGHS = Array.from({ length: 6 }, (_, i) => {
  const of = i === 0 ? 'x' : `*a${i - 1}`
  return `a${i}: &a${i} [${Array(9).fill(of).join(', ')}]`
}).join('\n')

describe('what is wrong is named with its line and remedy', () => {
  test.each<[string, string, string]>([
    [
      'a missing mode (D3, R1)',
      example.replace('mode: demo', ''),
      'mode: expected a mode, one of demo',
    ],
    ['an empty file (D3, R1)', '', 'expected a mode'],
    ['an unknown key (D48)', `${example}\nstrike_count: 3`, 'strike_count: unknown key; remove it'],
    [
      'a key that is nearly right',
      example.replace('max_risk_per_trade', 'max_risk_pct_per_trade'),
      'did you mean "max_risk_per_trade"?',
    ],
    ['a missing unit', example.replace('take_profit: 20%', 'take_profit: 20'), 'like "1%"'],
    [
      'a wrong unit',
      example.replace('interval: 60s', 'interval: 1m'),
      'expected seconds, like "15s"',
    ],
    [
      '80 % risk a trade (D2)',
      example.replace('per_trade: 0.5%', 'per_trade: 80%'),
      'over 0% and at most 5%',
    ],
    [
      'a take-profit of 5000 % (D48)',
      example.replace('profit: 20%', 'profit: 5000%'),
      'at most 1000%',
    ],
    [
      'expiry "banana" (D48)',
      example.replace('expiry: weekly', 'expiry: banana'),
      'expected "weekly"',
    ],
    ['an unknown strategy', example.replace('[whale, scalp]', '[whale, moon]'), 'strategies.1'],
    ['the same symbol twice', example.replace('- QQQ', '- SPY'), 'expected each symbol once'],
    [
      'a duplicate key',
      `${example}\nmode: paper`,
      `my.yaml:${example.split('\n').length + 1}: this key stands there twice; remove one mode`,
    ],
    ['text that is no YAML', 'a: 1\nmode: [', 'my.yaml:2: expected YAML: '],
    ['a tab', 'mode: demo\nrisk:\n\tx: 1', 'my.yaml:3: expected spaces, came a tab'],
    ['a second document', `${example}\n---\nmode: live`, 'expected one document; remove'],
    ['an alias of nothing', 'a: 1\nmode: *nothing', 'my.yaml:2: expected an anchor'],
    ['a billion laughs', LAUGHS, 'expected fewer aliases'],
    ['a tag that nobody knows', example.replace('mode: demo', 'mode: !x demo'), 'Unresolved tag'],
    ['another file', 'x'.repeat(300_000), 'is this another file?'],
    [
      'a word for a number: it is not missing',
      example.replace('max_contracts: 20', 'max_contracts: two'),
      'risk.max_contracts: expected number, received string',
    ],
    [
      'more dollars than there are',
      example.replace('max_order_cost: $2000', 'max_order_cost: $99999999999'),
      'risk.max_order_cost: expected dollars, less than',
    ],
    [
      'a restart once in three thousand years',
      paper.replace('4002 }', '4002, restart_command_every: 99999999999s }'),
      'expected 60s to 86400s',
    ],
    ['bytes that are no text', 'mode: >\u0007\u001b[2J', 'characters: >\\u0007\\u001b[2J'],
    [
      'thousands of keys that nobody knows',
      Array.from({ length: 3_000 }, (_, i) => `key_${i}: 1`).join('\n'),
      'my.yaml:1: 2980 more unknown keys; remove them',
    ],
    [
      'a key with what is not seen',
      `"a\\x9b\\u202eb": 1\n${example}`,
      '"a\\u009b\\u202eb": unknown',
    ],
    [
      'a key that is no text for a terminal',
      `"\\e[2J${'x'.repeat(90)}": 1\n${example}`,
      `my.yaml:1: "\\u001b[2J${'x'.repeat(36)}…": unknown key`,
    ],
    [
      'paper without an account',
      paper.replace('account: DU1234567', ''),
      'names the account it may trade',
    ],
    [
      'paper on a live port',
      paper.replace('4002 }', '4001 }'),
      '4001 is a live port, the mode is paper',
    ],
    ['a live account in paper', paper.replace('DU1234567', 'U1234567'), 'needs a paper account'],
    [
      'a restart without a zone',
      paper.replace('4002 }', '4002, auto_restart: "23:45" }'),
      'like "23:45 America/New_York"',
    ],
    [
      'a restart in a zone that nobody knows',
      paper.replace('4002 }', '4002, auto_restart: "23:45 Mars/Olympus" }'),
      'a time zone by its IANA name',
    ],
    [
      'a pace that would hold exits back',
      example.replace('max_orders_per_minute: 40', 'max_orders_per_minute: 2'),
      'last_look.max_orders_per_minute: 2 lets 8 exits leave in a minute; ' +
        'risk.max_open_structures of 6 may need 12: expected at least 3',
    ],
    ['an undeclared port', paper.replace('4002 }', '5555 }'), 'declare what is behind it'],
    [
      'delayed quotes in paper',
      paper.replace('delayed: false', 'delayed: true'),
      'only in mode dry-run',
    ],
  ])('%s', (_name, text, says) => {
    expect(problems(text).join('\n')).toContain(says)
  })

  test('all of them at once, each with its line (R3)', () => {
    const found = problems(
      example.replace('profit: 20%', 'profit: 20').replace('max_spread: 3%', 'max_spread: 400%'),
    )
    expect(found).toHaveLength(2)
    for (const each of found) expect(each).toMatch(/^my\.yaml:\d+: /)
    const line = example.split('\n').findIndex((text) => text.includes('take_profit')) + 1
    expect(found.join('\n')).toContain(`my.yaml:${line}: exits.take_profit`)
  })

  test('a file that is not there', () => {
    expect(loadSettings('nowhere.yaml', {})).toMatchObject({
      ok: false,
      error: [expect.stringContaining('nowhere.yaml: expected a readable file')],
    })
  })
})

describe('the environment makes a run safer, never bolder (D1, R2)', () => {
  test('file paper, environment dry-run: dry-run', () => {
    const settings = parse(paper, { IBKR_BOT__MODE: 'dry-run' })
    expect(settings.ok && settings.value).toMatchObject({
      mode: 'dry-run',
      modeFrom: 'environment',
    })
  })

  test('file demo, environment paper: refused', () => {
    expect(problems(example, { IBKR_BOT__MODE: 'paper' }).join()).toContain('less cautious')
  })
})

describe('where people are told', () => {
  const hook = 'https://hooks.example.com/services/CANARY'
  const listed = example.replace('hosts: []', 'hosts: [hooks.example.com]')
  const WEBHOOK = 'IBKR_BOT__NOTIFY__WEBHOOK_URL'

  test('the URL comes from the environment, its host from the file; it never shows (X19)', () => {
    const settings = parse(listed, { [WEBHOOK]: hook })
    expect(settings).toMatchObject({
      ok: true,
      value: { notify: { channels: [{ name: 'webhook', levelMin: 'warning', quiet: null }] } },
    })
    if (!settings.ok) return
    const secrets = settings.value.notify.channels.flatMap(({ to }) => secretsOf(to))
    expect(secrets.map((each) => each.reveal())).toEqual([hook])
    expect(settings.value.notify.deadMan).toBe(null)
    expect(JSON.stringify(settings) + settingsText(settings.value)).not.toContain('CANARY')
  })

  test.each([
    ['a host that is not listed', example, hook, 'hooks.example.com is not in notify.hosts'],
    ['plain http', listed, hook.replace('https', 'http'), 'expected https'],
    [
      'an address of this machine',
      example.replace('hosts: []', 'hosts: [127.0.0.1]'),
      'https://127.0.0.1/CANARY',
      'is private; notify.allow_private allows it',
    ],
  ])('%s is refused, without its URL', (...[, text, url, says]) => {
    const found = problems(text, { [WEBHOOK]: url })
    expect(found).toEqual([expect.stringContaining(says)])
    expect(found.join()).toMatch(/^environment: IBKR_BOT__NOTIFY__WEBHOOK_URL: /)
    expect(found.join()).not.toContain('CANARY')
  })

  test('a watchdog starts panic only where the file says so', () => {
    const of = (text: string) => parse(text)
    expect(of(example)).toMatchObject({ value: { watchdog: { panic: false } } })
    const written = example.replace('panic: false', 'panic: true')
    expect(of(written)).toMatchObject({ value: { watchdog: { panic: true } } })
  })

  test('a file that says nothing of it has the same as the example', () => {
    const without = example.replace(/^(notify|watchdog):\n( .*\n)+/gm, '')
    expect(without).not.toContain('  per_minute')
    const [all, none] = [parse(example), parse(without)]
    if (!all.ok || !none.ok) throw new Error('expected both to load')
    expect(none.value.notify).toEqual(all.value.notify)
    expect(none.value.watchdog).toEqual(all.value.watchdog)
  })
})

test('a declared port is as good as one of the four', () => {
  const relayed = paper.replace('{ port: 4002 }', '{ port: 14002, ports: { 14002: paper } }')
  expect(parse(relayed)).toMatchObject({ ok: true, value: { gateway: { side: 'paper' } } })
})

test('the restart of the Gateway is a time of day in a zone', () => {
  const restarting = paper.replace('4002 }', '4002, auto_restart: "23:45 America/New_York" }')
  expect(parse(restarting)).toMatchObject({
    ok: true,
    value: { gateway: { autoRestart: { time: '23:45', zone: 'America/New_York' } } },
  })
})

describe('IBKR limits are configured downwards only', () => {
  const pacing = (text: string): string => example.replace(/^pacing:\n( {2}.*\n)+/m, text)

  test('a file that says nothing gets all that one bot may use', () => {
    const settings = parse(pacing(''))
    expect(settings.ok && settings.value.pacing).toEqual(PACING)
    const all = parse(example)
    expect(all.ok && all.value.pacing).toEqual(PACING)
  })

  test('lower values count, and the others stay', () => {
    const settings = parse(pacing('pacing: { share: 25%, streams: 10 }\n'))
    expect(settings.ok && settings.value.pacing).toEqual({ ...PACING, share: 0.25, streams: 10 })
  })

  test.each([
    ['messages_per_second: 60', 'expected at most 45: IBKR allows 50 a second'],
    ['streams: 50', 'expected at most 40: IBKR counts 50 open historical requests a login'],
    ['history_per_10_minutes: 60', 'expected at most 55: IBKR allows 60 in ten minutes'],
    ['market_data_lines: 500', 'expected at most 90: IBKR gives a login 100 lines'],
    ['share: 120%', 'the shares of all bots on one login are together 100%'],
    ['share: 1%', 'expected 5% to 100%'],
    ['share: 0.5', 'expected a percentage, like "50%"'],
    ['market_data_lines: 20', 'expected reserved_lines below market_data_lines'],
    ['stream: 10', 'did you mean "streams"?'],
  ])('%s is refused', (line, expected) => {
    expect(problems(pacing(`pacing:\n  ${line}\n`)).join('\n')).toContain(expected)
  })
})
