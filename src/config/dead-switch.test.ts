import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { parseSettings } from './load.ts'
import { fileSchema } from './schema.ts'
import type { Settings } from './settings.ts'

const SOURCES = join(import.meta.dirname, '..')
const EXAMPLE = join(SOURCES, '../config/example.yaml')
type Tree = Record<string, unknown>

/**
 * Another value of every key there is (R33). A key that is missing here, or one whose other value
 * changes nothing, is a switch that nobody reads.
 */
const others: Readonly<Record<string, unknown>> = {
  mode: 'paper',
  account: 'DU7654321',
  account_kind: 'margin',
  'gateway.host': '127.0.0.2',
  'gateway.port': 7497,
  'gateway.client_id_base': 60,
  'gateway.auto_restart': '23:30 America/New_York',
  'gateway.restart_windows': ['Sat 01:00-02:00 America/New_York'],
  'gateway.restart_command': ['/bin/true'],
  'gateway.restart_command_every': '600s',
  symbols: ['IWM'],
  strategies: ['scalp'],
  'schedule.interval': '180s',
  'schedule.hours': 'all',
  'schedule.max_concurrent_symbols': 5,
  'selection.expiry': 'dte:3-10',
  'selection.same_day_expiry': true,
  'selection.strike': 'otm1',
  'selection.max_spread': '4%',
  'selection.min_volume': 51,
  'selection.min_open_interest': 101,
  'selection.candidates': 4,
  'entry.start': '40%',
  'entry.step': '2 ticks',
  'entry.every': '10s',
  'entry.worst': '90%',
  'entry.collar': '9%',
  'entry.time_to_live': '45s',
  'vix_regime.puts': { SPY: { otm: '5%-10%', dte: '30-61' } },
  'vix_regime.calls': { GLD: { otm: '2%-5%', dte: '60-91' } },
  'vix_regime.cool_down': '2d',
  'exits.trailing_stop': '20%',
  'exits.time_stop': '90m',
  'exits.trend_exit': 'ema20',
  'exits.take_profit': '21%',
  'exits.stop_loss': '16%',
  'exits.hold_overnight': false,
  'dashboard.enabled': false,
  'dashboard.port': 8471,
  'last_look.max_contracts': 31,
  'last_look.max_notional': '$5001',
  'last_look.max_outstanding': 121,
  'last_look.max_orders_per_minute': 41,
  'last_look.max_children': 2,
  'last_look.max_quote_age': '2s',
  'risk.max_risk_per_trade': '0.6%',
  'risk.max_daily_loss': '6%',
  'risk.max_baseline_difference': '$251',
  'risk.max_open_structures': 7,
  'risk.max_per_underlying': 3,
  'risk.max_per_expiry': 5,
  'risk.max_contracts': 21,
  'risk.max_premium': '11%',
  'risk.max_order_cost': '$2001',
  'risk.max_structure_loss': '$2001',
  'risk.max_quote_age': '1s',
  'risk.max_through_nbbo': '6%',
  'risk.min_quote_size': 2,
  'risk.days_to_expiry': '1-45',
  'risk.entry_hours': '09:31-16:00',
  'risk.no_entry_windows': ['Mon-Fri 12:00-13:00 America/New_York'],
  'risk.max_open_orders': 41,
  'risk.max_orders_per_minute': 31,
  'risk.max_orders_per_day': 301,
  'risk.day_trades': [{ policy: 'off' }],
  'risk.max_delta': '$150001',
  'risk.max_gamma': '$50001',
  'risk.max_vega': '$1501',
  'risk.max_theta': '$3001',
  'risk.max_shock_loss': '$6001',
  'risk.shock_moves': ['5%'],
  'risk.shock_volatility': '26%',
  'risk.max_repeats': 11,
  'risk.repeats_within': '1801s',
  'pacing.share': '50%',
  'pacing.messages_per_second': 40,
  'pacing.history_per_10_minutes': 54,
  'pacing.minute_history_per_10_minutes': 119,
  'pacing.streams': 39,
  'pacing.history_in_flight': 5,
  'pacing.background_in_flight': 1,
  'pacing.market_data_lines': 89,
  'pacing.reserved_lines': 19,
  allow_delayed: true,
  'notify.hosts': ['other.example.com'],
  'notify.allow_private': true,
  'notify.min_level': 'info',
  'notify.quiet_hours': '22:00-07:00 America/New_York',
  'notify.channels': [{ kind: 'email', host: 'hooks.example.com', from: 'a@b.c', to: ['a@b.c'] }],
  'notify.day_summary': false,
  'notify.repeat_after': '301s',
  'notify.per_minute': 11,
  'notify.dead_man_every': '61s',
  'watchdog.silent_after': '11s',
  'watchdog.restarts': 6,
  'watchdog.panic': true,
  'promotion.paper_days': 21,
  'promotion.paper_entries': 31,
  'promotion.one_contract_days': 11,
  'promotion.one_contract_entries': 11,
  'promotion.override': 'live',
  state_folder: 'elsewhere',
}

/** Keys of which there is one value only, so far. */
const SINGLE: ReadonlySet<string> = new Set(['selection.structure'])
/** Tried below: it says what is behind a port, and the account must agree. */
// Users need their passwords in the environment: dashboard.test.ts.
const APART: ReadonlySet<string> = new Set(['gateway.ports', 'dashboard.users'])

function base(): Tree {
  const file = parse(readFileSync(EXAMPLE, 'utf8')) as Tree
  const gateway = { port: 4002, restart_command: ['/bin/false'] }
  return { ...file, mode: 'dry-run', account: 'DU1234567', gateway }
}

function settingsOf(tree: Tree): Settings {
  const hook = 'https://hooks.example.com/a'
  const environment = { IBKR_BOT__NOTIFY__WEBHOOK_URL: hook, IBKR_BOT__NOTIFY__DEAD_MAN_URL: hook }
  const notify = tree['notify'] as { readonly hosts: readonly string[] }
  const hosts = [...new Set([...notify.hosts, 'hooks.example.com'])]
  const text = stringify({ ...tree, notify: { ...notify, hosts } })
  const settings = parseSettings(text, { path: 'file', environment })
  if (!settings.ok) throw new Error(settings.error.join('\n'))
  return { ...settings.value, hash: '' }
}

function changed(path: string, value: unknown): Tree {
  const tree = base()
  const [section = '', key] = path.split('.')
  tree[section] = key === undefined ? value : { ...(tree[section] as Tree), [key]: value }
  return tree
}

/** Every key of the schema, sections as `section.key`. */
function keysOf(schema: z.ZodType): readonly string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Tree
  const sections = json['properties'] as Record<string, { readonly properties?: Tree }>
  return Object.entries(sections).flatMap(([name, { properties }]) =>
    properties === undefined ? [name] : Object.keys(properties).map((key) => `${name}.${key}`),
  )
}

/** What tells people what is in effect reads it too. */
function isReader(file: string): boolean {
  if (!file.endsWith('.ts') || /\.(test|contract|testing)\.ts$/.test(file)) return false
  return !file.startsWith('config') || file === join('config', 'describe.ts')
}

/** Every name in it, however deep; a list counts by what it holds, a symbol or port is no name. */
function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    /^([A-Z]+|\d+)$/.test(key) ? keysIn(inner) : [key, ...keysIn(inner)],
  )
}

const before = settingsOf(base())

test('every key of the schema has another value here (R33)', () => {
  const missing = keysOf(fileSchema).filter(
    (key) => !(key in others) && !SINGLE.has(key) && !APART.has(key),
  )
  expect(missing).toEqual([])
})

describe('no key is a dead switch (R33)', () => {
  test.each(Object.entries(others))('%s changes what counts', (path, value) => {
    expect(isDeepStrictEqual(settingsOf(changed(path, value)), before)).toBe(false)
  })

  test('gateway.ports says whether a port may be used', () => {
    const gateway = { port: 14_002 }
    const declared = { ...base(), gateway: { ...gateway, ports: { 14_002: 'paper' } } }
    expect(settingsOf(declared).gateway.side).toBe('paper')
    expect(() => settingsOf({ ...base(), gateway })).toThrow('declare what is behind it')
  })

  test('what counts is read somewhere outside of the room that parses it', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(isReader)
    const readers = files.map((name) => readFileSync(join(SOURCES, name), 'utf8'))
    const keys = [...new Set(keysIn(before))]
    expect(keys.length).toBeGreaterThan(100)
    const isRead = (key: string): boolean => {
      const read = new RegExp(`[.?]${key}\\b|[{,]\\s*(readonly )?${key}\\b(?!\\s*:\\s*[a-z])`)
      return readers.some((text) => read.test(text))
    }
    expect(keys.filter((key) => !isRead(key))).toEqual([])
  })
})
