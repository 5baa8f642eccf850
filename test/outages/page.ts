import type { Outcome } from './play.ts'
import { recoveryOf } from './recovery.ts'
import type { Bin, Recovery } from './recovery.ts'
import { bare, isRight, scoreOf } from './score.ts'
import type { LabelScore, Percentiles, Score, Told } from './score.ts'

export interface Campaign {
  readonly seed: number
  readonly outages: readonly Outcome[]
  readonly recoveries: readonly Outcome[]
  readonly notPlayed: Readonly<Record<string, string>>
  readonly tookS: number
}

/** All figures of a campaign, as Markdown. */
export function pageOf(of: Campaign): readonly string[] {
  const { seed, outages, recoveries, notPlayed, tookS } = of
  const parts: string[][] = []
  if (outages.length > 0) parts.push([...scorePart(scoreOf(outages)), ...confusion(outages)])
  if (recoveries.length > 0) parts.push([...recoveryPart(recoveryOf(recoveries))])
  const left = Object.entries(notPlayed).map(([name, why]) => `- ${name}: ${why}`)
  const command = `npm run outages -- --count ${outages.length} --recoveries ${recoveries.length}`
  return [
    `Seed ${seed}, ${outages.length} outages for their verdict, ${recoveries.length} for their ` +
      `recovery; ${tookS} s on two processes. Again: \`${command} --seed ${seed}\`.`,
    '',
    ...parts.flat(),
    ...(left.length > 0 ? ['## Not played', '', ...left, ''] : []),
  ]
}

function scorePart({ samples, right, labels, founding, ...more }: Score): readonly string[] {
  const { namedMs, told, wrongPacing } = more
  return [
    '## Verdicts',
    '',
    `${right} of ${samples} right (${percent(right, samples)}); UNDETERMINED counts as wrong. ` +
      `The founding set: ${founding.right} of ${founding.samples}. PACING said of something ` +
      `else: ${wrongPacing}. From the beginning of the outage to the right verdict: ` +
      `${times(namedMs)}; what only some question shows, as orders or quotes, is named when it is ` +
      `asked.`,
    '',
    ...toldPart(told),
    ...table(
      ['verdict', 'samples', 'right', 'share'],
      labels.map(({ label, samples: own, right: ownRight }: LabelScore) => [
        label,
        String(own),
        String(ownRight),
        percent(ownRight, own),
      ]),
    ),
    '',
  ]
}

/** Those told otherwise than once, with how to see them again. */
function toldPart({ once, more, not }: Told): readonly string[] {
  const lines = [...more, ...not].map(
    ({ kind, incidents, seed }) => `- ${kind} was told ${incidents} times: ${replay(seed)}`,
  )
  return [
    `Of the outages longer than 30 s that could be noticed, told once: ${once}, told as two or ` +
      `more: ${more.length}, not told: ${not.length}.`,
    '',
    ...lines,
    ...(lines.length > 0 ? [''] : []),
  ]
}

/** Each label that was missed, with what was said instead: what is not there was all right. */
function confusion(outcomes: readonly Outcome[]): readonly string[] {
  const rows = new Map<string, Map<string, number>>()
  for (const each of outcomes) {
    const row = rows.get(each.label) ?? new Map<string, number>()
    const said = bare(each.verdict)
    rows.set(each.label, row.set(said, (row.get(said) ?? 0) + 1))
  }
  const lines = [...rows]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([label, said]) => [
      label,
      String(said.get(label) ?? 0),
      [...said]
        .filter(([name]) => name !== label)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || '-',
    ])
  const wrong = outcomes.filter((each) => !isRight(each))
  return [
    '### Confusion',
    '',
    ...table(['injected', 'named so', 'named otherwise'], lines),
    '',
    ...wrong.map(
      ({ seed, kind, verdict }) => `- ${kind} was called ${verdict ?? 'nothing'}: ${replay(seed)}`,
    ),
    ...(wrong.length > 0 ? [''] : []),
  ]
}

function recoveryPart(of: Recovery): readonly string[] {
  const { outages, usual, lingered, unnoticed, wentAround, never, unexplained, told } = of
  return [
    '## Recovery',
    '',
    `From the Gateway's being well to the bot's being ready: both connections up, reconciled, bars ` +
      `flowing, no gate of the outage left. ${outages} outages of 1 s to 72 h; in ${unnoticed} ` +
      `the bot could trade all the time, in ${wentAround} it had found a way before the Gateway ` +
      `was well, ${never.length} were never recovered from.`,
    '',
    `- Without a lingering client id: ${times(usual)}, ${usual.count} outages.`,
    `- With 326 on the way: ${times(lingered)}, ${lingered.count} outages.`,
    `- ${unexplained} of them then waited for a person: an exit had filled at the broker on an ` +
      `earlier day, IBKR tells the fills of the day alone, and the bot trades on with nothing that ` +
      `it cannot explain (P24).`,
    `- Two connections of one client that the Gateway accepted were never closer than ` +
      `${seconds(of.closestConnectsMs)}.`,
    '',
    ...toldPart(told),
    ...table(
      ['recovered within', 'without 326', 'with 326'],
      of.usualBins.map(({ upToMs, count }: Bin, index) => [
        upToMs === Infinity ? 'longer' : seconds(upToMs),
        String(count),
        String(of.lingeredBins[index]?.count ?? 0),
      ]),
    ),
    '',
    ...never.map(({ seed, kind }) => `- never recovered: ${kind}: ${replay(seed)}`),
    ...(never.length > 0 ? [''] : []),
  ]
}

export function replay(seed: number): string {
  return `\`npm run outages -- --only ${seed}\``
}

function times({ p50, p99, max }: Percentiles): string {
  return `p50 ${seconds(p50)}, p99 ${seconds(p99)}, max ${seconds(max)}`
}

function seconds(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms / 100) / 10} s`
}

function percent(right: number, of: number): string {
  return of === 0 ? '-' : `${((100 * right) / of).toFixed(1)} %`
}

/** As prettier writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}
