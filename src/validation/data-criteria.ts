import { DEADLINE_MS } from '../ibkr/session/question.ts'
import type { RequestKind } from '../ibkr/session/question.ts'
import { held, hours, open, seconds } from './criterion.ts'
import type { Criterion } from './criterion.ts'
import type { Setup } from './facts.ts'
import { sumOf, watchedMs } from './facts.ts'
import { isBroken } from './outages.ts'
import { ASKED } from './tally.ts'

/** Historical requests a symbol a day, for as many symbols (faults-and-checkers.md section 10). */
export const HISTORY_MAX = { aDay: 10, symbols: 30 }
export const BAR_AGE_MS_MAX = 90_000
/** Fewer answers of a kind say little about the slowest of them. */
const ANSWERS_MIN = 5
/** Rounds of questions and cycles of phase 1 and 2. */
export const CYCLES_MIN = 3
/** Of what is wanted: timers and a start take some of it. */
const WATCHED_MIN = 0.98

/** Bars, requests, limits and answers. */
export function dataCriteria(setup: Setup): readonly Criterion[] {
  const answers = setup.phase === 'phase3' ? [] : [answered, cycles]
  const manyFewer = setup.symbols.length <= HISTORY_MAX.symbols ? [history] : []
  const data = [watched(setup), decisions, ...answers, ...manyFewer]
  return [...data, violations, age, latency, timeouts, defects]
}

function watched({ wantedMs, on }: Setup): Criterion {
  const what = on === 'simulator' ? 'of an open market' : 'by the clock, in an open market'
  return {
    name: 'duration',
    wanted: `${hours(wantedMs)} ${what}`,
    needsData: false,
    judge: (facts) => {
      const marketMs = sumOf(facts, 'marketMs')
      const found = `${hours(marketMs)} of an open market in ${hours(watchedMs(facts))}`
      if (marketMs === 0) return open('the market was closed')
      const enough = on === 'simulator' ? WATCHED_MIN : WATCHED_MIN / 2
      if (marketMs >= wantedMs * enough) return held(true, found)
      return open(facts.interrupted ? `interrupted after ${found}` : `too short: ${found}`)
    },
  }
}

export const decisions: Criterion = {
  name: 'decisions',
  wanted: 'one for each closed bar of each symbol',
  needsData: true,
  judge: ({ bars }) => {
    const sum = (of: 'closed' | 'decided'): number =>
      [...bars.values()].reduce((total, each) => total + each[of], 0)
    if (sum('closed') === 0) return open('no bar closed')
    const missing = [...bars].filter(([, { missing }]) => missing.length > 0)
    const names = missing.map(([symbol, of]) => `${symbol} ${of.missing.length}`).join(', ')
    const text = `${sum('decided')} decisions of ${sum('closed')} bars of ${bars.size} symbols`
    if (missing.length > 0) return held(false, `${text}; missing: ${names}`)
    return held(sum('decided') === sum('closed'), text)
  },
}

const cycles: Criterion = {
  name: 'cycles',
  wanted: `at least ${CYCLES_MIN} of each symbol on the interval's grid`,
  needsData: true,
  judge: ({ cycles: count, setup }) => {
    if (count === 0) return open('none: the market was closed, or no bar came')
    const wanted = CYCLES_MIN * setup.symbols.length
    return held(count >= wanted, `${count} of at least ${wanted}`)
  },
}

const answered: Criterion = {
  name: 'answers',
  wanted: `${ASKED.join(', ')} of each symbol, each time they are asked for`,
  needsData: true,
  judge: ({ tally, setup }) => {
    const all = setup.symbols.flatMap((symbol) =>
      ASKED.map((what) => ({ symbol, what, ...tally.answers(symbol, what) })),
    )
    const asked = all.reduce((sum, each) => sum + each.asked, 0)
    const count = all.reduce((sum, each) => sum + each.answered, 0)
    if (asked === 0) return open('nothing was asked: the market was closed')
    const lacking = all.filter((each) => each.answered < Math.max(1, each.asked))
    const text = `${count} of ${asked}`
    if (lacking.length === 0) return held(true, text)
    const list = lacking.map(({ symbol, what, asked: of, answered: got, fault }) => {
      const why = fault === null ? '' : ` (${fault})`
      return of === 0 ? `${symbol} ${what} not asked` : `${symbol} ${what} ${got} of ${of}${why}`
    })
    return held(false, `${text}; ${list.slice(0, 8).join('; ')}`)
  },
}

const history: Criterion = {
  name: 'historical requests',
  wanted: `at most ${HISTORY_MAX.aDay} a symbol a day`,
  needsData: false,
  judge: (facts) => {
    const { setup, tradingDays } = facts
    const asked = sumOf(facts, 'historicalRequests')
    const limit = HISTORY_MAX.aDay * setup.symbols.length * Math.max(1, tradingDays)
    return held(asked <= limit, `${asked} of ${limit}`)
  },
}

export const violations: Criterion = {
  name: 'limits',
  wanted: 'none of IBKR is broken, as the Gateway counts it: no error 100, no pacing violation',
  needsData: false,
  judge: ({ tally }) => {
    const { length } = tally.violations
    const first = tally.violations[0]?.text
    return held(length === 0, first === undefined ? 'none' : `${length}; the first: ${first}`)
  },
}

const age: Criterion = {
  name: 'age of bars',
  wanted: `newest closed bar at most ${BAR_AGE_MS_MAX / 1_000} s old, p99, while nothing is broken`,
  needsData: true,
  judge: ({ tally: { ages } }) => {
    const p99 = ages.quantile(0.99)
    if (p99 === null) return open('never looked at: the market was closed')
    return held(p99 <= BAR_AGE_MS_MAX, `p99 ${seconds(p99)}, at most ${seconds(ages.max)}`)
  },
}

/** Half of what a request is given: slow comes before dead. */
const latency: Criterion = {
  name: 'latency',
  wanted: 'p95 of each kind within half of its deadline, while nothing is broken',
  needsData: false,
  judge: ({ tally }) => {
    const kinds = [...tally.latency].flatMap(([kind, of]) => {
      const limit = DEADLINE_MS[kind as RequestKind]
      const p95 = of.quantile(0.95)
      return limit === null || p95 === null ? [] : [{ kind, p95, limit: limit / 2, of }]
    })
    if (kinds.length === 0) return open('nothing was answered')
    const share = (of: (typeof kinds)[number]): number => of.p95 / of.limit
    const text = ({ kind, p95, limit }: (typeof kinds)[number]): string =>
      `${kind} ${seconds(p95)} of ${seconds(limit)}`
    const slow = kinds.filter((each) => share(each) > 1 && each.of.count >= ANSWERS_MIN)
    if (slow.length > 0) return held(false, slow.map(text).join(', '))
    const nearest = [...kinds].sort((a, b) => share(b) - share(a)).slice(0, 3)
    return held(true, `${kinds.length} kinds; the slowest: ${nearest.map(text).join(', ')}`)
  },
}

const timeouts: Criterion = {
  name: 'timeouts',
  wanted: 'none while nothing is broken',
  needsData: true,
  judge: ({ tally, outages }) => {
    const unexplained = tally.timeouts.filter(({ at }) => !isBroken(outages, at))
    const first = unexplained[0]
    if (first === undefined) return held(true, `0, and ${tally.timeouts.length} within outages`)
    return held(false, `${unexplained.length}; the first: ${first.text}`)
  },
}

export const defects: Criterion = {
  name: 'defects',
  wanted: 'none of our own',
  needsData: false,
  judge: ({ tally: { defects: found } }) => {
    const first = found[0]?.text
    return held(first === undefined, first ?? 'none')
  },
}
