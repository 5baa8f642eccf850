import { format, resolveConfig } from 'prettier'
import { EDGES } from '../fuzz/edges.ts'
import { fuzzed, order } from '../fuzz/fuzz.ts'
import { countOf, kindsOn, reachedAfterAll, reasonOf, textOf, wantedOn } from './coverage.ts'
import type { Group, Want } from './coverage.ts'
import { KINDS } from './kinds.ts'
import type { Tier } from './kinds.ts'
import { ELSEWHERE, FORMS, REASONS } from './reasons.ts'
import { paceLines } from './report.ts'
import type { Sum } from './report.ts'

export interface PageOf {
  readonly sum: Sum
  readonly tiers: readonly Tier[]
  readonly first: number
  readonly days: number
  /** Null: not from a checkout. */
  readonly commit: string | null
  /** `2026-11-28`. */
  readonly date: string
  readonly tookS: number
  /** As it was asked for. */
  readonly command: string
}

/** Enough to walk every edge many times; seconds of a processor. */
const SEQUENCES = 50_000
const SEQUENCE_SEED = 1

/** The table of what a campaign has been to, as a page for docs. */
export async function pageOf(of: PageOf): Promise<string> {
  const { sum, tiers } = of
  const { reached: walked } = await fuzzed({
    subject: order,
    seed: SEQUENCE_SEED,
    from: 0,
    count: SEQUENCES,
  })
  const inGroup = (group: Group): readonly Want[] =>
    wantedOn(tiers).filter((each) => each.group === group)
  const lines = [
    ...head(of),
    ...faultRows(sum, tiers),
    '',
    '## Faults that are no strike of a whole day',
    '',
    '| #   | played by, or why not |',
    '| --- | --- |',
    ...Object.entries({ ...ELSEWHERE, ...FORMS }).map(([what, text]) => `| ${what} | ${text} |`),
    '',
    '## Edges of the order state machine',
    '',
    `In whole days, and in ${SEQUENCES.toLocaleString('en-US')} sequences of ` +
      `\`npm run fuzz -- order --seed ${SEQUENCE_SEED} --inputs ${SEQUENCES}\`.`,
    '',
    '| edge | in whole days | in the fuzzer |',
    '| --- | ---: | ---: |',
    ...EDGES.map(({ edge }) => {
      const count = sum.reached[`edge ${edge}`] ?? 0
      return `| ${edge} | ${count === 0 ? whyNot(sum, `edge ${edge}`) : count} | ${walked.get(edge) ?? 0} |`
    }),
    ...table('Rungs of the recovery ladder', sum, inGroup('rung')),
    ...table('Verdicts', sum, inGroup('verdict')),
    ...table('Gates', sum, inGroup('gate')),
    ...table('Levels', sum, inGroup('level')),
    ...table('Moments', sum, inGroup('moment')),
    ...reasons(sum),
  ]
  const style = await resolveConfig(import.meta.filename)
  return format(lines.join('\n'), { ...style, parser: 'markdown' })
}

function head({
  sum,
  tiers,
  first,
  days,
  commit,
  date,
  tookS,
  command,
}: PageOf): readonly string[] {
  const { counted, seeds } = sum
  const wanted = wantedOn(tiers)
  const left = wanted.filter((each) => countOf(sum, each) === 0)
  const without = left.filter((each) => reasonOf(each) === null)
  return [
    '# What campaigns of whole days have been to',
    '',
    'A fault counts where it made a difference; an edge, a gate or a step where the journal tells of it.',
    '',
    `Written by \`${command}\`.`,
    '',
    `- ${date}, commit ${commit?.slice(0, 10) ?? 'unknown'}: seeds ${first} to ${first + seeds - 1} of ${days} day${days === 1 ? '' : 's'} each, tiers ${tiers.join(' and ')}; ${Math.round(tookS)} s`,
    `- ${sum.days} days, of which ${counted.direct + counted.codec} count (${counted.direct} direct, ${counted.codec} codec); ${sum.entries} entries, ${sum.fills} fills, ${sum.firings} strikes that made a difference, ${sum.crashes} crashes`,
    ...paceLines(sum).map((line) => `- ${line}`),
    `- ${sum.failed.length} seeds failed${sum.failed.length === 0 ? '' : `: ${sum.failed.map(({ seed, tier }) => `${seed} ${tier}`).join(', ')}`}`,
    `- ${wanted.length - left.length} of ${wanted.length} were reached; ${left.length - without.length} have a reason below; without one: ${without.map(textOf).join('; ') || 'none'}`,
    '',
    '## Faults',
    '',
    '| fault | tier | drawn | made a difference |',
    '| --- | --- | ---: | ---: |',
  ]
}

function faultRows(sum: Sum, tiers: readonly Tier[]): readonly string[] {
  const rows = tiers.flatMap((tier) =>
    kindsOn(tier).map((name) => {
      const { drawn, fired } = sum.struck[tier]
      return `| ${name} | ${tier} | ${drawn[name] ?? 0} | ${fired[name] ?? 0} |`
    }),
  )
  return rows.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

function table(title: string, sum: Sum, rows: readonly Want[]): readonly string[] {
  return [
    '',
    `## ${title}`,
    '',
    '| | reached |',
    '| --- | ---: |',
    ...rows.map((each) => {
      const count = countOf(sum, each)
      const name = each.name.replace(/^(step|verdict|gate|level) /, '')
      return `| ${name} | ${count === 0 ? whyNot(sum, each.name) : count} |`
    }),
  ]
}

/** A reason by its number in the list at the end. */
function whyNot(sum: Sum, name: string): string {
  const reason = reasonOf({ name })
  return reason === null
    ? `**not reached** in ${sum.seeds} seeds`
    : `0, reason ${REASONS.indexOf(reason) + 1}`
}

function reasons(sum: Sum): readonly string[] {
  const after = reachedAfterAll(sum)
  return [
    '',
    '## Reasons',
    '',
    ...REASONS.map(({ because, instead, seldom }, index) => {
      const how = seldom === true ? 'It comes, and seldom' : 'Never'
      return `${index + 1}. ${how}: ${because}. Instead: ${instead}.`
    }),
    ...(after.length === 0
      ? []
      : ['', `Reached, though a reason says why not: ${after.join('; ')}`]),
  ]
}

/** Numbers of the catalogue that are struck on whole days. */
export function struckNumbers(): ReadonlySet<string> {
  return new Set(KINDS.map(({ number }) => number))
}
