import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { VirtualClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { settingsFrom } from '../../src/cli/config-check.ts'
import { EXAMPLE_CONFIG } from '../../src/cli/options.ts'
import { openGateway } from '../../src/cli/validate-gateway.ts'
import { validate } from '../../src/cli/validate.ts'
import type { Validation } from '../../src/cli/validate.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate } from '../../src/domain/contract.ts'
import { lockStepProbes } from '../../src/ibkr/diagnosis/probes.ts'
import { ok } from '../../src/base/result.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { Transport } from '../../src/wire/transport.ts'
import { symbolsOf } from '../../src/cli/validate-world.ts'
import { readIfThere } from '../../src/journal/files.ts'
import { scratch } from './scratch.ts'

/** The dry run on "the user's own Gateway", in virtual time: data only, resumed, with an outage. */

const root = scratch('validate-gateway')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const DAY = '2026-03-10' as CalendarDate
const MINUTE = 60_000

/** One Gateway for as many processes as come one after the other. */
class Host {
  readonly clock: VirtualClock
  readonly gateway: SimulatedGateway
  readonly #pairs: (readonly [client: Transport, server: Transport])[] = []
  /** Asked to stop then. */
  stopAt: EpochMs | null = null

  constructor(time: string) {
    this.clock = new VirtualClock({
      start: atNewYork(DAY, time),
      speed: null,
      settled: () => this.#isSettled(),
    })
    this.gateway = new SimulatedGateway({ clock: this.clock, seed: 5 })
  }

  async validate(dir: string, of: Partial<Validation['setup']> = {}) {
    const example = settingsFrom(EXAMPLE_CONFIG)
    const settings = { ...example, symbols: example.symbols.slice(0, 1) }
    const setup = {
      phase: 'phase3',
      on: 'gateway',
      where: 'a test',
      symbols: symbolsOf(settings),
      intervalMs: MINUTE,
      wantedMs: 20 * MINUTE,
      trades: false,
      scenario: null,
      ...of,
    } as const
    const ended = validate({
      setup,
      settings,
      reportDir: dir,
      json: true,
      print,
      gauge,
      plan: null,
      open: ({ folder, watch, say }) =>
        openGateway({
          settings,
          clock: this.clock,
          watch,
          say,
          folder: folder.state,
          probes: lockStepProbes(),
          connect: () => this.#connect(),
          pass: (until) => this.#pass(until),
        }),
    })
    const end = { code: -1 }
    void ended.then((code) => (end.code = code))
    // Time goes on while it connects and while it closes, which nobody else drives.
    while (end.code < 0) await this.clock.runUntil((this.clock.now() + 1_000) as EpochMs)
    const { code } = end
    return { code, report: JSON.parse(readIfThere(join(dir, 'report.json')) ?? '{}') as Report }
  }

  #connect() {
    const connected = this.gateway.connect()
    if (!connected.ok) {
      const fault = { code: 'not-connected', retry: 'later', vendorCode: null } as const
      return Promise.resolve({ ok: false, error: { ...fault, detail: connected.error } } as const)
    }
    const server = this.gateway.transports.at(-1)
    if (server === undefined) throw new Error('expected its end of the connection')
    this.#pairs.push([connected.value, server])
    return Promise.resolve(ok(connected.value))
  }

  #isSettled(): boolean {
    return this.#pairs.every(
      ([{ count: one }, { count: other }]) =>
        one.written === other.handled && other.written === one.handled,
    )
  }

  /** Nobody drives the clock but the loop above: here it is only waited for. */
  #pass(until: EpochMs): Promise<boolean> {
    return new Promise((resolve) => {
      const { stopAt } = this
      const end = stopAt !== null && stopAt < until ? stopAt : until
      this.clock.after(end - this.clock.now(), () => resolve(end === until))
    })
  }
}

interface Report {
  readonly verdict: string
  readonly reasons: readonly string[]
  readonly periods: readonly { readonly from: number; readonly to: number }[]
  readonly findings: readonly { readonly name: string; readonly found: string }[]
}

/** The lines are read from the report; what this machine is busy with is no part of the test. */
const print = (): void => undefined
const gauge = () => ({
  look: () => ({ rssMb: 100, heapMb: 50, cpu: 0.01, loopMs: 1 }),
  close: () => undefined,
})

const finding = ({ findings }: Report, name: string): string =>
  findings.find((each) => each.name === name)?.found ?? ''

test('hours of dry running: data alone, under an id of its own, and it passes', async () => {
  const host = new Host('10:00:00')
  const { code, report } = await host.validate(join(root, 'whole'))
  expect(report).toMatchObject({ verdict: 'PASS', reasons: [] })
  expect(code).toBe(0)
  expect(host.gateway.counters).toMatchObject({ orderFrames: 0, violations: 0 })
  expect(finding(report, 'decisions')).toBe('20 decisions of 20 bars of 1 symbols')
})

test('interrupted and continued: it counts on, and says what was not watched', async () => {
  const host = new Host('10:00:00')
  const dir = join(root, 'resumed')
  host.stopAt = atNewYork(DAY, '10:08')
  const first = await host.validate(dir)
  expect(first).toMatchObject({ code: 7, report: { verdict: 'INCONCLUSIVE' } })
  expect(first.report.reasons.join()).toContain('interrupted')
  host.stopAt = null
  await host.clock.runUntil(atNewYork(DAY, '10:30'))
  const second = await host.validate(dir)
  expect(second.report.reasons).toEqual([])
  expect(second).toMatchObject({ code: 0, report: { verdict: 'PASS' } })
  expect(second.report.periods).toHaveLength(2)
  const watchedMs = second.report.periods.reduce((sum, { from, to }) => sum + (to - from), 0)
  expect(watchedMs / MINUTE).toBeCloseTo(21, 0)
})

test('an outage that nobody planned is diagnosed, and over; a restart breaks nothing', async () => {
  const host = new Host('10:00:00')
  host.clock.after(5 * MINUTE, () => {
    host.gateway.inject({ name: 'restart', warnings: 0, downMs: 60_000, restored: null })
  })
  const { report } = await host.validate(join(root, 'outage'))
  expect(finding(report, 'diagnosis')).toMatch(/: GATEWAY_DOWN after /)
  expect(finding(report, 'recovery')).toMatch(/: after /)
  expect(report).toMatchObject({ verdict: 'PASS', reasons: [] })
})

test('a login without the right to market data is inconclusive, not failed', async () => {
  const host = new Host('10:00:00')
  host.gateway.inject({ name: 'no-data-rights', why: 'not-subscribed' })
  const { code, report } = await host.validate(join(root, 'rights'), { phase: 'phase1' })
  expect(report.reasons[0]).toMatch(/^no data rights: /)
  expect(code).toBe(7)
})
