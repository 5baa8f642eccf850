import { assert } from '../../src/base/assert.ts'
import { asked } from '../options.ts'
import { FUZZ } from './command.ts'
import { keep } from './corpus.ts'
import { EDGES, missing } from './edges.ts'
import { fuzzed, order, prngOf } from './fuzz.ts'
import type { Fuzzed } from './fuzz.ts'
import { inParts } from './part.ts'
import type { Part, Told } from './part.ts'
import { GROUPS, SUBJECTS } from './subjects.ts'
import type { Subject } from './subject.ts'
import { settledOr } from './timed.ts'

const { values, words } = asked(FUZZ)

if (values.part !== null) await asPart(values.part)
else if (values.input !== null) await asOne(values.input)
else if (words.includes('codec-mutants')) await asMutants()
else await asCampaign()

function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find((each) => each.name === name)
  assert(found !== undefined, `${name} is a subject`)
  return found
}

/** Nightly: minutes, and the evidence loads other people's libraries. */
async function asMutants(): Promise<void> {
  const { codecMutants } = await import('./codec-mutants.ts')
  if (!codecMutants(values.reached)) process.exitCode = 1
}

/** This process's share. */
async function asPart({ subject: name, msMax, ...share }: Part): Promise<void> {
  const tell = (told: Told): Promise<void> =>
    new Promise((resolve) => void process.send?.(told, undefined, {}, () => resolve()))
  const subject = subjectNamed(name)
  const { reached, ...found } = await fuzzed({
    ...share,
    subject,
    ...(msMax !== null && { msMax }),
    progress: (inputs) => void tell({ kind: 'progress', inputs }),
  })
  // Whole before the channel is closed: a long one is lost otherwise.
  await tell({ kind: 'over', fuzzed: { ...found, reached: [...reached] } })
  await subject.close?.()
  process.disconnect()
}

async function asOne(number: number): Promise<void> {
  const subject = subjectNamed(words[0] ?? '')
  const reached = new Map<string, number>()
  const played = subject.play(prngOf(subject, values.seed ?? 0, number), reached)
  console.log(played.text() ?? 'an input of this subject is its seed and number')
  const broken = await settledOr(() => played.judged)
  for (const what of reached.keys()) console.log(`reached: ${what}`)
  console.log(broken ?? 'no law is broken')
  await subject.close?.()
  process.exitCode = broken === null ? 0 : 1
}

interface Wanted {
  readonly subject: Subject
  readonly inputs: number
}

/** Without a word: the state machine and the core. */
function wanted(): readonly Wanted[] {
  const said = words.length === 0 ? ['order', 'core'] : words
  const all = said.flatMap((word) => (word === 'all' ? Object.keys(GROUPS) : [word]))
  return all.flatMap((word) => {
    const group = GROUPS[word] ?? [subjectNamed(word)]
    const most = values.inputs
    const whole = group[0]?.inputs ?? 1
    return group.map((subject) => ({
      subject,
      inputs: most === null ? subject.inputs : Math.ceil((most * subject.inputs) / whole),
    }))
  })
}

async function asCampaign(): Promise<void> {
  const seed = values.seed ?? Date.now() % 100_000_000
  const all = wanted()
  const { minutes } = values
  const msMax = minutes === null ? null : (minutes * 60_000) / all.length
  console.log(`seed ${seed}`)
  let broken = 0
  for (const { subject, inputs } of all) {
    const found = await campaign(subject, { seed, count: inputs, msMax })
    broken += found.broken.length
    if (values.keep) {
      const kept = await keep(subject, { ...found, seed })
      console.log(`${kept} new inputs are kept in test/fuzz/corpus/${subject.name}`)
    }
  }
  process.exitCode = broken === 0 ? process.exitCode : 1
}

async function campaign(subject: Subject, of: Omit<Part, 'from' | 'subject'>): Promise<Fuzzed> {
  const begun = performance.now()
  const tookS = (): number => (performance.now() - begun) / 1_000
  let [done, shownAt] = [0, begun]
  const found = await inParts({ subject: subject.name, ...of }, (inputs) => {
    done += inputs
    if (performance.now() - shownAt < 10_000) return
    shownAt = performance.now()
    console.log(`  ${done} of ${of.count}, ${Math.round(done / tookS())} a second`)
  })
  const { inputs, reached, broken } = found
  const times = [...reached.values()].reduce((sum, each) => sum + each, 0)
  console.log(
    `${subject.name}: ${inputs} ${subject.what}; ${tookS().toFixed(0)} s, ` +
      `${Math.round(inputs / tookS())} a second; ${reached.size} different outcomes, ` +
      `${times} times; ${broken.length} broken laws`,
  )
  for (const { number, says } of broken) console.log(`input ${number}: ${says}`)
  if (values.reached)
    for (const [what, count] of [...reached].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`  ${count} ${what}`)
  if (subject === order) tellEdges(reached)
  return found
}

function tellEdges(walked: Fuzzed['reached']): void {
  const left = missing(walked)
  console.log(`${EDGES.length - left.length} of ${EDGES.length} edges of promises.md 3.4 walked`)
  for (const each of left) console.log(`never walked: ${each}`)
  if (left.length > 0) process.exitCode = 1
}
