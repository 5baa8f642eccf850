import type { Criterion } from './criterion.ts'
import { hours, seconds } from './criterion.ts'
import type { RunFacts, Setup } from './facts.ts'
import { watchedMs } from './facts.ts'
import { loopText } from './process-criteria.ts'
import { verdictOfOutage } from './outages.ts'
import type { Outage } from './outages.ts'
import type { Finding, Validated } from './verdict.ts'
import type { EpochMs } from '../base/clock.ts'

/** How a moment is written: the room knows no zone. */
export type TimeText = (at: EpochMs) => string

/** What is about to be done, for a person. */
export function setupLines(setup: Setup): readonly string[] {
  const { phase, where, symbols, intervalMs, wantedMs, trades, scenario } = setup
  const broken = scenario === null ? 'nothing is broken' : `scenario ${scenario.name}`
  return [
    `${phase}: ${where}`,
    `${symbols.length} symbol(s): ${symbols.join(', ')}; every ${intervalMs / 1_000} s`,
    `${hours(wantedMs)}, ${broken}, ${trades ? 'orders of a simulated broker' : 'no orders'}`,
  ]
}

export function criteriaLines(criteria: readonly Criterion[]): readonly string[] {
  const width = Math.max(...criteria.map(({ name }) => name.length))
  return criteria.map(({ name, wanted }) => `  ${name.padEnd(width)}  ${wanted}`)
}

export const MARKS = { yes: 'held', no: 'FAILED', open: 'not judged' } as const satisfies Readonly<
  Record<Finding['held'], string>
>

/** The whole report, line by line. */
export function reportLines(
  facts: RunFacts,
  { verdict, reasons, findings }: Validated,
  timeText: TimeText,
): readonly string[] {
  const width = Math.max(...findings.map(({ name }) => name.length))
  return [
    ...periodLines(facts, timeText),
    ...findings.map(
      ({ name, held, found }) => `${MARKS[held].padEnd(10)}  ${name.padEnd(width)}  ${found}`,
    ),
    ...(facts.setup.on === 'simulator' && facts.soak === undefined
      ? [`told only: event loop late by ${loopText(facts.tally.points)}, in virtual time`]
      : []),
    ...facts.outages.map((outage) => `outage: ${outageText(outage, timeText)}`),
    `${verdict}${reasons.length === 0 ? '' : ':'}`,
    ...reasons.map((reason) => `  ${reason}`),
  ]
}

/** When it was watched, and when not. */
export function periodLines(facts: RunFacts, timeText: TimeText): readonly string[] {
  const { periods } = facts
  const [first, last] = [periods[0], periods.at(-1)]
  if (first === undefined || last === undefined) return ['nothing was watched']
  const gaps = periods.slice(1).map((period, i) => {
    const before = periods[i]?.to ?? period.from
    const length = hours(period.from - before)
    return `gap of ${length}, not watched: ${timeText(before)} to ${timeText(period.from)}`
  })
  const span = `${timeText(first.from)} to ${timeText(last.to)}`
  return [`watched ${hours(watchedMs(facts))}: ${span}`, ...gaps]
}

export function outageText(outage: Outage, timeText: TimeText): string {
  const { planted, noticed } = outage
  const parts = [
    ...(planted === null ? [] : [`${planted.name} at ${timeText(planted.beganAt)}`]),
    ...noticed.map(({ symptom, since, verdict, clearedAt }) => {
      const end = clearedAt === null ? 'not over' : `over after ${seconds(clearedAt - since)}`
      return `${symptom} at ${timeText(since)}: ${verdict}, ${end}`
    }),
  ]
  return verdictOfOutage(outage) === null ? `${parts.join('; ')}; never noticed` : parts.join('; ')
}
