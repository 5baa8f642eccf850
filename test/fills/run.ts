import { existsSync, writeFileSync } from 'node:fs'
import { asked, nothing } from '../options.ts'
import { FILLS_STUDY, RECORDINGS } from './command.ts'
import { CROSS, DAYS, POLICIES, WALK } from './policies.ts'
import type { Path, Result } from './study.ts'
import { chancesOf, marketOf, play } from './study.ts'
import { DISTRIBUTION_HEAD, distributionRow, markdown, RESULT_HEAD, resultRow } from './table.ts'
import { WHOLE_HEAD, wholeRow } from './whole.ts'

const HEAD = `# What entries pay: walking against crossing the spread, on recorded days

Written by \`npm run fills-study -- --write docs/fills-study.md\`. \`docs/fills.md\` says what a walk is, how fills are modelled, and how
to see the same of your own journal. Nothing here is of a real Gateway: real markets fill some limits inside the spread that these
recordings, which show quotes alone, do not.
`

const PATHS: readonly (readonly [Path, string])[] = [
  ['high-first', 'The high of each minute before its low, as rule 3 of the replay has it'],
  ['low-first', 'The low of each minute before its high'],
]

const { values } = asked(FILLS_STUDY)
const data = values.data ?? RECORDINGS
if (existsSync(data)) await study(data, values.seed)
else nothing(`there are no recordings in ${data}; name their folder with --data`)

async function study(dir: string, seed: number): Promise<void> {
  const lines: string[] = [HEAD, ...paired(dir, seed)]
  if (!values['no-bot']) lines.push('', ...(await whole(dir)))
  const text = `${lines.join('\n')}\n`
  if (values.write === null) process.stdout.write(text)
  else writeFileSync(values.write, text)
}

/** The same chances under every policy, on both paths through a minute. */
function paired(dir: string, seed: number): readonly string[] {
  return [
    `## The same moments, bought in each way (seed ${seed})`,
    '',
    'Every third minute of each day four contracts that the filters let through, drawn by the seed; each bought once, one unit, under every',
    'way to enter, each in an exchange of its own. Shares are of the spread at the decision: 50 % is the far side. `all in` counts what was',
    'missed at the far side of the moment it was given up. The last two columns say how the mid went on, of the spread.',
    '',
    'A recorded minute tells its extremes and not their order, and a walk of a minute hangs on that order: with the high first, the low of',
    'the minute comes just when the limit has come to the far side, and everything fills. The truth lies between the two tables.',
    ...PATHS.flatMap(([path, title]) => ['', `### ${title}`, '', ...onPath(dir, seed, path)]),
  ]
}

function onPath(dir: string, seed: number, path: Path): readonly string[] {
  const all = new Map<string, Result[]>(POLICIES.map(({ name }) => [name, []]))
  const days: (readonly string[])[] = []
  for (const day of DAYS) {
    const market = marketOf(dir, day, path)
    const chances = chancesOf(market, day, seed)
    for (const policy of POLICIES) {
      const results = chances.map((chance) => play(market, chance, policy))
      all.get(policy.name)?.push(...results)
      const name = `${day.symbol} ${day.date}, ${policy.name}`
      if (policy === CROSS || policy === WALK) days.push(resultRow(name, results))
    }
    console.error(`${path} ${day.symbol} ${day.date}: ${chances.length} chances`)
  }
  return [
    ...markdown(
      RESULT_HEAD,
      [...all].map(([name, results]) => resultRow(name, results)),
    ),
    '',
    'Where the fills were, paid over the mid of the decision:',
    '',
    ...markdown(
      DISTRIBUTION_HEAD,
      [...all].map(([name, results]) => distributionRow(name, results)),
    ),
    '',
    'Day by day:',
    '',
    ...markdown(RESULT_HEAD, days),
  ]
}

/** The whole bot, its own signals: what it does next hangs on what it filled before. */
async function whole(dir: string): Promise<readonly string[]> {
  const entries = [
    { name: 'at once', written: { start: '100%' } },
    { name: 'walk (default)', written: {} },
  ]
  const rows: (readonly string[])[] = []
  for (const day of DAYS.filter(({ symbol }) => symbol !== 'SPX')) {
    for (const entry of entries) {
      rows.push(await wholeRow(dir, day, entry))
      console.error(rows.at(-1)?.join(' | '))
    }
  }
  return [
    '## The whole bot on the same days',
    '',
    'The bot over TCP with the configuration that ships for the day, seed 1, by the fill ledger of its journal. An entry that fills',
    'otherwise is followed by another day: the rows of a day are not pairs, and what was realised says nothing about the walk.',
    '',
    ...markdown(WHOLE_HEAD, rows),
  ]
}
