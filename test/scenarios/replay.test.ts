import { beforeAll, describe, expect, test } from 'vitest'
import { summaryText } from '../../src/cli/demo-screen.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { Entry } from '../../src/journal/rows.ts'
import { reportOf } from '../../src/journal/queries.ts'
import { hasRecordings, RecordedSession } from './replay-recording.ts'
import { breaches } from './replay-rules.ts'
import type { ReplayRun } from './replay-run.ts'
import { replay } from './replay-run.ts'

const DAYS = [
  ['TWX', '2014-06-06'],
  ['TWX', '2014-06-05'],
  ['NWSA', '2013-06-28'],
  ['GOOG', '2015-12-23'],
] as const
type Name = `${(typeof DAYS)[number][0]} ${(typeof DAYS)[number][1]}`
/** With a night between them. `demo --replay ... --days 5` plays the whole week. */
const BARS = ['2019-02-11', '2019-02-12']

/** All of it takes about a minute; on a machine that is busy with other tests, several. */
const WAITS = { timeout: 400_000 }

const suite = describe.skipIf(!hasRecordings)

suite('replays of recorded days over TCP (skipped without ../shared/data)', WAITS, () => {
  const runs = new Map<Name, Promise<ReplayRun>>()
  let days: Promise<ReplayRun>

  beforeAll(() => {
    // Beside those with recorded options, which follow one another: two processes at a time.
    days = replay('SPY,QQQ,AAPL', '2019-02-11', BARS.length)
    let last: Promise<unknown> = Promise.resolve()
    for (const [symbol, date] of DAYS) {
      const run = last.then(() => replay(symbol, date))
      last = run.catch(() => undefined)
      runs.set(`${symbol} ${date}`, run)
    }
  })

  describe.each(DAYS)('%s %s, options as recorded', (symbol, date) => {
    const recorded = hasRecordings ? new RecordedSession(symbol, date) : null
    const run = async (): Promise<ReplayRun> => runs.get(`${symbol} ${date}`) ?? Promise.reject()

    test('every bar is decided, every refusal has its reasons with numbers', async () => {
      const { result, journal } = await run()
      expect(result).toMatchObject({ violationList: [], decisions: recorded?.closes.size })
      expect(unexplained(journal)).toEqual([])
    })

    test('there is a round trip, and the day ends flat', async () => {
      const { result } = await run()
      expect(result.entries).toBeGreaterThan(0)
      expect(result.exits).toBe(result.entries)
    })

    test('nothing fills, and nothing is seen, but by the replay rules', async () => {
      const { journal } = await run()
      expect(recorded && breaches(recorded, journal)).toEqual([])
    })

    test('the profit is what the fills say, here and at the broker', async () => {
      const { result, journal } = await run()
      expect(cashOf(journal)).toBeCloseTo(result.realizedPnl, 6)
      expect(result.brokerRealizedPnl).toBe(result.realizedPnl)
    })

    test('what is recorded is named, and no fill is synthetic', async () => {
      const { result } = await run()
      const quotes = symbol === 'GOOG' ? 'quotes derived from trades' : 'quotes recorded'
      expect(result.market).toContain(`${symbol}: ${quotes}, options recorded`)
      expect(result.syntheticFills).toBe(0)
    })
  })

  describe('SPY, QQQ and AAPL, 2019-02-11 and 12, options generated', () => {
    test('every bar of every symbol is decided, and every refusal explained', async () => {
      const { result, journal } = await days
      const closed = ['SPY', 'QQQ', 'AAPL'].map((symbol) =>
        BARS.reduce((sum, date) => sum + new RecordedSession(symbol, date).closes.size, 0),
      )
      expect(new Set(closed).size).toBe(1) // else the result has a number for each of them
      expect(result).toMatchObject({ violationList: [], bars: closed[0] })
      expect(unexplained(journal)).toEqual([])
      expect(result.brokerRealizedPnl).toBe(result.realizedPnl)
    })

    test('there are round trips; each quote, fill and line of them is marked', async () => {
      const { result, journal } = await days
      expect(result.exits).toBeGreaterThan(0)
      expect(result.syntheticFills).toBe(result.fills)
      expect(result.market).toContain('SPY: quotes derived from trades, options GENERATED')
      const unmarked = journal.filter(
        ({ event }) =>
          (event.type === 'OrderFilled' && !event.fill.synthetic) ||
          (event.type === 'EntryApproved' && !event.request.candidate.quote.synthetic) ||
          (event.type === 'CycleEnded' &&
            event.outcome.reason.includes('picked') &&
            !event.outcome.reason.includes('a synthetic quote')),
      )
      expect(unmarked).toEqual([])
      const report = reportOf(journal, (journal.at(-1)?.at ?? 0) as EpochMs)
      const text = summaryText(result, report, 'explain ID').split('\n')
      expect(text.filter((line) => line.includes('(synthetic quote)'))).toHaveLength(result.entries)
    })
  })

  describe('the check of the replay rules notices', () => {
    const plant = async (change: (entry: Entry) => Entry): Promise<number> => {
      const { journal } = await (runs.get('TWX 2014-06-06') ?? Promise.reject())
      const recorded = new RecordedSession('TWX', '2014-06-06')
      return breaches(recorded, journal.map(change)).length
    }
    const fills = (of: (fill: FillEvent['fill']) => Partial<FillEvent['fill']>) => {
      return (entry: Entry): Entry => {
        const { event } = entry
        if (event.type !== 'OrderFilled') return entry
        return { ...entry, event: { ...event, fill: { ...event.fill, ...of(event.fill) } } }
      }
    }

    test('a fill a cent better', async () => {
      const better = fills(({ price, side }) => ({
        price: (price + (side === 'BUY' ? -10_000 : 10_000)) as typeof price,
      }))
      expect(await plant(better)).toBeGreaterThan(0)
    })

    test('a fill a step before its time', async () => {
      const early = (entry: Entry): Entry =>
        entry.event.type === 'OrderFilled'
          ? { ...entry, at: (entry.at - 15_000) as EpochMs }
          : entry
      expect(await plant(early)).toBeGreaterThan(0)
    })

    test('a decision a minute before its bar was over', async () => {
      const early = (entry: Entry): Entry =>
        entry.event.type === 'CycleEnded' ? { ...entry, at: (entry.at - 60_000) as EpochMs } : entry
      expect(await plant(early)).toBeGreaterThan(0)
    })

    test('a mark that is missing from nothing', async () => {
      expect(await plant(fills(() => ({ synthetic: true })))).toBeGreaterThan(0)
    })
  })
})

type FillEvent = Extract<Entry['event'], { type: 'OrderFilled' }>

/** Decisions and refusals without a reason that a person could check: each must hold numbers. */
function unexplained(journal: readonly Entry[]): readonly string[] {
  return journal.flatMap(({ event }) => {
    if (event.type === 'CycleEnded') {
      const { reason, kind } = event.outcome
      const wanted = kind === 'none-picked' ? /over \d+%|no bid|no ask|crossed/ : /\d/
      return wanted.test(reason) ? [] : [`${kind}: ${reason}`]
    }
    if (event.type !== 'EntryRefused') return []
    const bare = event.refusals.filter(({ detail }) => detail === '')
    return event.refusals.length > 0 && bare.length === 0 ? [] : [JSON.stringify(event.refusals)]
  })
}

/** In dollars: what the fills brought less what they cost, commissions included. */
function cashOf(journal: readonly Entry[]): number {
  let cash = 0
  for (const { event } of journal) {
    if (event.type === 'CommissionReported') cash -= event.commission / 1e6
    if (event.type !== 'OrderFilled') continue
    const { side, quantity, price, contract } = event.fill
    cash += ((side === 'BUY' ? -1 : 1) * quantity * price * contract.multiplier) / 1e6
  }
  return cash
}
