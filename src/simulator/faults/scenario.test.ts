import { describe, expect, test } from 'vitest'
import type { Scenario } from './scenario.ts'
import { parseScenario } from './scenario.ts'
import { needsLocal } from './scenario-play.ts'
import { findScenario, SCENARIOS } from './scenarios.ts'

const BAD_MORNING = `
name: bad-morning
describe: everything a morning can bring
label: IBKR_LINK_DOWN
time: "09:35"
steps:
  - after: 90s
    fault: connectivity-lost
    lasts: 2m
  - after: 5m
    every: 1h
    times: 3
    lasts: 500ms
    fault: slow-link
    with: { latencyMs: [100, 200], clientIds: [30] }
  - second_client: ask-history
  - local: pause-reader
    once_history: 3
    otherwise: { fault: half-open }
`

test('a scenario is read with its times, its parameters and its repetitions', () => {
  const parsed = parseScenario(BAD_MORNING)
  expect(parsed.ok && parsed.value).toMatchObject({ name: 'bad-morning', time: '09:35' })
  const steps = parsed.ok ? parsed.value.steps : []
  expect(steps.map(({ after, lasts }) => [after, lasts])).toEqual([
    [90_000, 120_000],
    [300_000, 500],
    [3_900_000, 500],
    [7_500_000, 500],
    [0, null],
    [0, null],
  ])
  expect(steps[1]?.action).toEqual({
    kind: 'fault',
    fault: { name: 'slow-link', latencyMs: [100, 200], clientIds: [30] },
  })
  expect(steps.at(-1)).toMatchObject({
    onceHistory: 3,
    action: { kind: 'local', does: 'pause-reader', otherwise: { name: 'half-open' } },
  })
})

describe('everything that is wrong is said, with its line', () => {
  const wrong = BAD_MORNING.replace('90s', '90')
    .replace('fault: connectivity-lost', 'fault: conectivity-lost')
    .replace('label:', 'lable:')
    .replace('"09:35"', '"9:35"')
    .replace('[100, 200]', '[100]')
    .replace('  - second_client: ask-history', '  - lasts: 1s')

  test('of the structure, all at once', () => {
    const parsed = parseScenario(wrong)
    expect(parsed.ok ? [] : parsed.error).toEqual([
      'line 5: time: expected a time of day in New York, like "09:35"',
      'line 7: steps.0.after: expected a time with its unit, like 500ms, 30s, 2m or 1h',
      'line 8: steps.0.fault: there is no fault "conectivity-lost"; docs/scenarios.md lists them',
      'line 16: steps.2.fault: expected one of fault, second_client and local',
      'line 4: lable: unknown key; remove it',
    ])
  })

  test('of the parameters of faults', () => {
    const text = BAD_MORNING.replace('[100, 200]', '[100, -1], speed: 5')
    const parsed = parseScenario(text.replace('fault: half-open', 'fault: restart, with: { x: 1 }'))
    expect(parsed.ok ? [] : parsed.error).toEqual([
      'line 15: steps.1.with: latencyMs.1: Too small: expected number to be >=0',
      'line 15: steps.1.with: slow-link: Unrecognized key: "speed"',
      'line 19: steps.3.otherwise.with: restart: Unrecognized key: "x"',
    ])
  })

  test.each([
    ['', /name/],
    ['steps: [', /Flow sequence/],
    ['- 1', /expected object/],
    ['name: a\nname: b', /unique/],
    ['name: a\ndescribe: b\nsteps: []', /steps: Too small/],
    ['name: a\ndescribe: b\nsteps: [{ local: pause-reader, with: {} }]', /with: expected beside/],
    ['name: a\ndescribe: b\nsteps: [{ fault: zombie, times: 2 }]', /times: expected every/],
  ])('%j', (text, says) => {
    const parsed = parseScenario(text)
    expect(parsed.ok ? '' : parsed.error.join('\n')).toMatch(says)
  })
})

describe('the scenarios that have a name', () => {
  test('there is one for every fault, and those of the incident', () => {
    const names = [...SCENARIOS.keys()]
    const of = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length
    for (const number of ['S0', 'S0w', 'S1', 'S2', 'S3', 'S4', 'S5', 'founding-incident']) {
      expect(names).toContain(number)
    }
    for (let n = 1; n <= 39; n++) {
      if (n < 13 || n > 19) expect([n, of(`F${n}-`) > 0]).toEqual([n, true])
    }
  })

  test('are found by the number or the name of their fault, where that is enough', () => {
    expect(findScenario('f30')?.name).toBe('F30-zombie')
    expect(findScenario('zombie')?.name).toBe('F30-zombie')
    expect(findScenario('garbage')?.name).toBe('F10-garbage')
    expect([findScenario('F10'), findScenario('F13'), findScenario('')]).toEqual([null, null, null])
  })

  test('can be played where only the Gateway is at hand', () => {
    expect([...SCENARIOS.values()].filter(needsLocal)).toEqual([])
    const own = parseScenario('name: a\ndescribe: b\nsteps: [{ local: pause-reader }]')
    expect(own.ok && needsLocal(own.value)).toBe(true)
  })

  /** incident.md 9.3: the closed set. */
  const VERDICTS = [
    'CLIENT_ID_IN_USE',
    'PROTOCOL_ERROR',
    'PLANNED_RESTART',
    'LOCAL_READER_STALLED',
    'LOCAL_WRITER_STALLED',
    'NETWORK_BLACKHOLE',
    'GATEWAY_HUNG',
    'GATEWAY_DOWN',
    'IBKR_LINK_DOWN',
    'HMDS_DOWN',
    'HMDS_IDLE',
    'DATA_RIGHTS',
    'READ_ONLY',
    'ORDERS_DEAD',
    'NO_DATA_EXPECTED',
    'PACING',
    'TICKER_LINES_EXHAUSTED',
    'REPLY_UNMATCHED',
    'SESSION_HIST_WEDGED',
    'GATEWAY_HIST_WEDGED',
  ]
  test('carry a verdict of the closed set, and together all of it', () => {
    const labels = new Set([...SCENARIOS.values()].map(({ label }: Scenario) => label))
    labels.delete(null)
    labels.delete('UNDETERMINED') // of what no row is about
    expect(labels).toEqual(new Set(VERDICTS))
  })
})
