import { barEnd, barStart } from '../../../src/domain/bar.ts'
import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** Decisions are closed bars times symbols, each once: rule 7 of the flow. */
export function everyBarDecided(): Checker {
  const decided = new Set<string>()
  return {
    name: 'every-bar-decided',
    journaled({ event }, { plan }) {
      if (event.type !== 'CycleEnded') return null
      const { symbol, barStart: start } = event.outcome
      if (start < barStart(plan.start, '1m')) return null // of an earlier day
      const bar = `${symbol} ${start}`
      const twice = decided.has(bar)
      decided.add(bar)
      return unless(!twice, `the bar ${bar} was decided twice`)
    },
    rested: (sight) => missing(sight, decided),
  }
}

function missing({ now, plan, gateway }: Sight, decided: ReadonlySet<string>): Complaint {
  const { session, start, settings } = plan
  const { market } = gateway
  const from = barStart(start, '1m')
  const due = settings.symbols.flatMap(({ underlying }) => {
    const listed = market.underlyings.find(({ contract }) => contract.symbol === underlying.symbol)
    if (listed === undefined) return []
    return market
      .bars(listed.contract.conId, { size: '1m', from, to: session.close, at: now })
      .filter((bar) => barEnd(bar.start, '1m') <= now)
      .map((bar) => `${underlying.symbol} ${bar.start}`)
  })
  const left = due.filter((bar) => !decided.has(bar))
  const excess = [...decided].filter((bar) => !due.includes(bar))
  return firstOf(
    unless(left.length === 0, `${left.length} of ${due.length} bars undecided: ${left.join()}`),
    unless(excess.length === 0, `decided on bars that never closed: ${excess.join()}`),
  )
}
