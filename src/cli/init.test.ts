import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { passwordVariable } from '../config/dashboard.ts'
import { withEnvFile } from '../config/env-file.ts'
import { loadSettings } from '../config/load.ts'
import { money } from '../domain/money.ts'
import { SECRETS_OF } from '../notify/open-channel.ts'
import { strategyNames } from '../strategy/registry.ts'
import { configCheck } from './config-check.ts'
import { init } from './init.ts'
import { passwordObjection } from '../dashboard/passwords.ts'
import { ACCOUNT_SIZE, INIT_MODES, suggestedLimits } from './init-answers.ts'
import { withUser } from './init-file.ts'
import { carriedOut, nextCommands, planFrom, type InitFlags } from './init-plan.ts'
import type { Asker } from './init-asker.ts'
import { wizard } from './init-wizard.ts'

const root = mkdtempSync(join(tmpdir(), 'init-'))
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
let folders = 0
let folder = ''
let out = ''

beforeEach(() => {
  folder = mkdtempSync(join(root, `case-${++folders}-`))
  out = join(folder, 'my.yaml')
})
afterEach(() => printed.mockClear())
afterAll(() => {
  printed.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

const flags = (of: Partial<InitFlags> = {}): InitFlags => ({
  out,
  yes: true,
  force: false,
  mode: 'dry-run',
  host: '127.0.0.1',
  port: 4002,
  portIs: null,
  account: null,
  accountSize: 100_000,
  symbols: ['SPY', 'QQQ'],
  strategies: ['scalp'],
  dashboardUser: null,
  notifyHosts: [],
  json: false,
  ...of,
})

describe('by flags', () => {
  test('writes a file that config check finds nothing wrong with, comments and all', async () => {
    expect(await init(flags())).toBe(0)
    await configCheck({ config: out, json: false })
    expect(String(printed.mock.lastCall?.[0])).toContain('no problem found')
    const settings = loadSettings(out, {})
    expect(settings).toMatchObject({
      ok: true,
      value: { mode: 'dry-run', gateway: { host: '127.0.0.1', port: 4002 } },
    })
    const text = readFileSync(out, 'utf8')
    expect(text).toContain('# of net liquidation, by the distance to the stop; at most 5%')
    expect(text.match(/^#/gm)?.length).toBeGreaterThan(30)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['my.yaml'])
  })

  test('every mode, size, list of symbols and order of strategies gives a file that loads', () => {
    const symbols = fc.uniqueArray(fc.constantFrom('SPY', 'QQQ', 'AAPL', 'IWM', 'BRK B'), {
      minLength: 1,
    })
    const given = fc.record({
      mode: fc.constantFrom(...INIT_MODES),
      port: fc.constantFrom(4002, 7497, 14_002),
      accountSize: fc.integer(ACCOUNT_SIZE),
      symbols,
      strategies: fc.shuffledSubarray([...strategyNames], { minLength: 1 }),
      notifyHosts: fc.constantFrom([], ['hooks.example.com']),
    })
    fc.assert(
      fc.property(given, (of) => {
        const account = of.mode === 'paper' ? 'DU1234567' : null
        carriedOut(planFrom(flags({ ...of, account, portIs: 'paper' })))
        const settings = loadSettings(out, {})
        if (!settings.ok) throw new Error(settings.error.join('\n'))
        const { mode, symbols: traded, rules } = settings.value
        expect(mode).toBe(of.mode)
        expect(traded.map(({ underlying }) => underlying.symbol)).toEqual(of.symbols)
        const { orderCost } = suggestedLimits(of.accountSize)
        expect(rules.limits.orderCostMax).toBe(money(orderCost))
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    [{ mode: 'paper' as const }, /--account: mode paper needs the account/],
    [{ mode: 'paper' as const, account: 'U1234567' }, /--account: expected a paper account/],
    [{ symbols: [] }, /--symbols: expected at least one/],
    [{ symbols: ['SPY', 'SPY'] }, /--symbols: expected each symbol once/],
    [{ mode: 'paper' as const, account: 'DU1234567', port: 4001 }, /--port: that is a live port/],
    [{ port: 7496 }, /--port: that is a live port/],
    [{ port: 4001, portIs: 'paper' as const }, /--port: that is a live port/],
    [{ port: 14_999 }, /--port: 14999 is none of IBKR's ports; .* add --port-is paper/],
    [{ host: 'a b' }, /--host: expected a host name/],
    [{ host: '127.0.0.1DU1234567' }, /--host: expected a host name or an address, like/],
    [{ host: '300.0.0.1' }, /--host: expected a host name/],
    [{ host: '::1::2' }, /--host: expected a host name/],
    [{ host: '-gateway' }, /--host: expected a host name/],
    [{ symbols: ['SPY', 'AAPLDU123'] }, /--symbols: expected the ticker.*; came "AAPLDU123"/],
    [{ symbols: ['ABCDEFGHIJKLM'] }, /--symbols: expected an IBKR symbol in capitals/],
    [{ out: join('/dev/null', 'my.yaml') }, /expected a folder that can be written/],
  ])('%j is refused, and nothing is written', async (of, message) => {
    await expect(init(flags(of))).rejects.toThrow(message)
    expect(readdirSync(folder)).toEqual([])
  })

  test('an older file is kept unless it is said otherwise', async () => {
    writeFileSync(out, 'mine')
    await expect(init(flags())).rejects.toMatchObject({ code: 4 })
    expect(readFileSync(out, 'utf8')).toBe('mine')
    expect(await init(flags({ force: true }))).toBe(0)
    expect(readFileSync(out, 'utf8')).toContain('mode: dry-run')
  })

  test('it ends with the next three commands, in JSON too', async () => {
    await init(flags({ json: true }))
    expect(JSON.parse(String(printed.mock.lastCall?.[0]))).toEqual({
      ok: true,
      written: [out],
      notes: [`${out}: no secret is in it`],
      next: nextCommands(planFrom(flags())),
    })
    for (const mode of INIT_MODES) {
      const account = mode === 'paper' ? 'DU1234567' : null
      expect(nextCommands(planFrom(flags({ mode, account })))).toHaveLength(3)
    }
  })

  test.each(['gateway', 'gateway.lan', '10.0.0.7', '::1', 'fe80::1', 'my-host-2'])(
    'the host %s is one, for init as for the file',
    async (host) => {
      expect(await init(flags({ host }))).toBe(0)
      expect(loadSettings(out, {})).toMatchObject({ ok: true, value: { gateway: { host } } })
    },
  )

  test('in a git tree what it writes is left out of it, and it says so', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
    git('init', '--quiet')
    const account = 'DU1234567'
    await init(flags({ mode: 'paper', account }))
    const text = String(printed.mock.lastCall?.[0])
    expect(text).toContain('my.yaml: no secret is in it; it names your account')
    expect(text).toContain('my.yaml: git leaves it out from now on')
    expect(git('status', '--porcelain')).toBe('')
    printed.mockClear()
    await init(flags({ mode: 'paper', account, force: true }))
    expect(String(printed.mock.lastCall?.[0])).not.toContain('git')
    git('add', '--force', 'my.yaml')
    await init(flags({ mode: 'paper', account, force: true }))
    expect(String(printed.mock.lastCall?.[0])).toMatch(
      /not ignored; see that it is never committed/,
    )
  })

  test('without a terminal it says how a script does it', async () => {
    await expect(init(flags({ yes: false }))).rejects.toThrow(/in a script say --yes/)
  })
})

/** Answers in turn, by the beginning of the question; gives up where none is left. */
function scripted(answers: Readonly<Record<string, unknown>>): Asker & { said: string[] } {
  const said: string[] = []
  const answer = (message: string): never => {
    const key = Object.keys(answers).find((each) => message.includes(each))
    return (key === undefined ? null : answers[key]) as never
  }
  const judged = async (of: { message: string; objection: (text: string) => string | null }) => {
    const text = answer(of.message) as string | null
    if (text !== null && of.objection(text) !== null) throw new Error(of.objection(text) ?? '')
    return text
  }
  return {
    said,
    say: (text) => void said.push(text),
    choose: async ({ message }) => answer(message),
    several: async ({ message }) => answer(message),
    text: judged,
    secret: judged,
    confirm: async (message) => answer(message),
  }
}

const PERSON = {
  'How shall it trade?': 'paper',
  'Host of': '127.0.0.1',
  'Its port': '4002',
  'all the same': true,
  'paper account': 'DU7654321',
  Symbols: 'spy, iwm',
  Strategies: ['whale'],
  'Size of the account': '50000',
  'Risk of one entry': '1',
  'Loss of a day': '3',
  'user with a password': false,
  'by a message': true,
  'Over which channels': ['slack'],
  'slack: its URL': 'https://hooks.slack.com/services/T0/B0/secretsecret',
}

describe('at a terminal', () => {
  test('a person answers, and gets what they said, secrets in a file of their own', async () => {
    const asker = scripted(PERSON)
    const plan = await wizard(flags({ yes: false }), asker, async () => false)
    if (plan === null) throw new Error('expected a plan')
    expect(existsSync(out)).toBe(false) // nothing before it is whole
    expect(carriedOut(plan)).toEqual([out, join(folder, '.env')])
    expect(asker.said.join('\n')).toMatch(/Live is not offered here: .*docs\/live\.md/)
    expect(asker.said.join('\n')).toContain('Nothing listens at 127.0.0.1:4002')
    const text = readFileSync(out, 'utf8')
    expect(text).not.toContain('secretsecret')
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
    expect(loadSettings(out, {})).toMatchObject({
      ok: true,
      value: {
        account: 'DU7654321',
        rules: { limits: { riskPerTradePct: 0.01, dailyLossPctMax: 0.03 } },
        notify: {
          channels: [{ name: 'slack', to: { target: { hosts: ['hooks.slack.com'] } } }],
        },
      },
    })
  })

  test('of every channel it asks what it needs, and the file with its .env is taken', async () => {
    const asker = scripted({
      ...PERSON,
      'user with a password': true,
      'Name, for the journal': 'ada',
      'Password, 12': 'a sentence that is long',
      'Over which channels': Object.keys(SECRETS_OF),
      'discord: its URL': 'https://discord.com/api/webhooks/1/secretsecret',
      'token of your bot': '123456:secretsecret',
      'chat id': '@secretsecret',
      'URL of the topic': 'https://ntfy.example.com/secretsecret',
      'access token of a reserved': '',
      "application's token": 'secretsecret',
      'user key': 'secretsecret-too',
      'the mail server': 'smtp.example.com',
      'from which address': 'bot@example.com',
      'to which address': '"o,d"@example.com',
      'want a login': true,
      'the login': 'secretsecret',
      'its password': 'secretsecret # with a sign',
      'webhook: its URL': 'https://hooks.example.com/secretsecret',
    })
    const plan = await wizard(flags({ yes: false }), asker, async () => true)
    if (plan === null) throw new Error('expected a plan')
    carriedOut(plan)
    const text = readFileSync(out, 'utf8')
    expect(text + asker.said.join('')).not.toContain('secretsecret')
    const settings = loadSettings(out, withEnvFile(out, {}).environment)
    if (!settings.ok) throw new Error(settings.error.join('\n'))
    const { channels } = settings.value.notify
    expect(channels.map(({ name }) => name)).toEqual(Object.keys(SECRETS_OF))
    expect(channels.find(({ name }) => name === 'email')?.to).toMatchObject({
      host: 'smtp.example.com',
      to: ['"o,d"@example.com'],
    })
    const written = Object.keys(parseEnv(readFileSync(join(folder, '.env'), 'utf8'))).sort()
    const used = channels.flatMap(({ secrets }) => secrets)
    const none = 'IBKR_BOT__NOTIFY__NTFY__TOKEN' // left empty
    expect(written).toEqual(
      [...used.filter((each) => each !== none), passwordVariable('ada')].sort(),
    )
    expect(asker.said.at(-1)).toContain(`alerts test --config ${out}`)
    expect(nextCommands(plan)[1]).toBe(`npm run bot -- alerts test --config ${out}`)
  })

  test.each([
    ['slack: its URL', 'http://hooks.slack.com/x', 'expected https://HOST/...'],
    ['slack: its URL', '', 'expected something'],
    ['slack: its URL', 'https://discord.com/api/webhooks/1/x', 'choose discord instead'],
  ])('"%s" does not take %j', async (question, answer, says) => {
    const asker = scripted({ ...PERSON, [question]: answer })
    await expect(wizard(flags({ yes: false }), asker, async () => true)).rejects.toThrow(says)
    expect(readdirSync(folder)).toEqual([])
  })

  test.each(
    Object.keys(PERSON)
      .slice(0, 3)
      .concat('Strategies', 'Loss of a day', 'by a message', 'slack: its URL'),
  )('Ctrl-C at "%s" leaves nothing behind', async (question) => {
    const asker = scripted({ ...PERSON, [question]: null })
    expect(await wizard(flags({ yes: false }), asker, async () => true)).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })

  test('an older file is asked about, and no means that nothing is written', async () => {
    writeFileSync(out, 'mine')
    const asker = scripted({ ...PERSON, 'Replace it?': false })
    expect(await wizard(flags({ yes: false }), asker, async () => true)).toBeNull()
    expect(readFileSync(out, 'utf8')).toBe('mine')
  })

  test.each(['https://discord.com/api/webhooks/1/x', 'https://hooks.slack.com/services/x'])(
    'a URL of a service is none of a webhook of your own: %s',
    async (url) => {
      const own = { 'Over which channels': ['webhook'], 'webhook: its URL': url }
      const asker = scripted({ ...PERSON, ...own })
      const made = wizard(flags({ yes: false }), asker, async () => true)
      await expect(made).rejects.toThrow(/that is a URL of \w+, which refuses what webhook sends/)
    },
  )

  test('a port that IBKR has not is declared as paper only where a person says so', async () => {
    const odd = { ...PERSON, 'Its port': '14999' }
    const ask = async (answers: object) =>
      wizard(flags({ yes: false }), scripted({ ...odd, ...answers }), async () => true)
    expect(await ask({})).toBeNull() // asked, and given up
    const plan = await ask({ 'for sure?': true })
    if (plan === null) throw new Error('expected a plan')
    carriedOut(plan)
    expect(readFileSync(out, 'utf8')).toContain('ports: { 14999: paper }')
  })

  test('a live port is not taken', async () => {
    const asker = scripted({ ...PERSON, 'Its port': '4001' })
    await expect(wizard(flags({ yes: false }), asker, async () => true)).rejects.toThrow(
      'that is a live port',
    )
  })
})

test('a user of the dashboard stands in its section, wherever that is and whatever it has', () => {
  const line = '  users: { "ada": trader } # the password stands in the environment, or in .env'
  const set = 'a: 1\n\ndashboard:\n  port: 8470\n  users: {} # who\n\n# next\nb: 2\n'
  expect(withUser(set, 'ada')).toBe(set.replace('  users: {} # who', line))
  const commented = 'dashboard:\n  port: 1\n#  users: {}\nb:\n  users: 2\n'
  expect(withUser(commented, 'ada')).toContain('b:\n  users: 2\n')
  expect(withUser('a: 1\n', 'ada')).toBe(`a: 1\n\ndashboard:\n${line}\n`)
})

test('what is suggested stays within bounds and never shrinks with the account', () => {
  const size = fc.integer({ min: 1, max: 100_000_000 })
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [small, large] = [suggestedLimits(Math.min(a, b)), suggestedLimits(Math.max(a, b))]
      for (const name of Object.keys(small) as (keyof typeof small)[]) {
        expect(small[name]).toBeGreaterThan(0)
        expect(small[name]).toBeLessThanOrEqual(large[name])
      }
      expect(large.orderCost).toBeLessThanOrEqual(10_000)
      expect(large.contracts).toBeLessThanOrEqual(20)
    }),
  )
})

test.each(['short', 'aaaaaaaaaaaaaa', ' with a blank before'])('a weak password: %s', (text) => {
  expect(passwordObjection(text)).not.toBeNull()
  expect(passwordObjection('a sentence that is long')).toBeNull()
})
