import { availableParallelism } from 'node:os'
import { MUTANT_IDS } from '../mutants/command.ts'
import { command, file, flag, oneOf, some, text, whole } from '../options.ts'
import { PLANT_NAMES } from './plants.ts'

export const PROVE = command({
  run: 'npm run prove',
  what: 'Whole trading days with a swarm of faults on each, drawn from seeds (docs/simulation.md).',
  options: {
    seeds: whole({ help: 'how many', least: 1, initial: 40 }),
    days: whole({ help: 'sessions in a row of each', least: 1, initial: 1 }),
    seed: whole({ help: 'the first of them; default: 1', initial: null }),
    commit: flag('the commit is the first seed'),
    minutes: whole({ help: 'no seed is begun after so long', least: 1, initial: null }),
    tier: oneOf(['direct', 'codec', 'both'], {
      help: 'without a wire, over it, or every tenth seed over it',
      initial: 'both',
    }),
    twice: whole({ help: 'per cent of the seeds that are played again', most: 100, initial: 10 }),
    processes: whole({
      help: 'side by side, a processor each',
      least: 1,
      initial: availableParallelism(),
    }),
    json: flag('the sums as JSON; progress and stories go to stderr'),
    coverage: file({ help: 'what was reached and what was not, as a page' }),
    stories: whole({ help: 'so many of the failures are told', initial: 3 }),
    keep: text({
      help: 'of --seed: plays these of its strikes alone, and tells its story',
      takes: 'all|none|N,...',
      expected: 'all, none, or numbers of strikes',
      initial: null,
      isRight: (said) => /^(all|none|\d+(,\d+)*)$/.test(said),
    }),
    plant: oneOf(PLANT_NAMES, { help: 'a bug, to see what is made of it', initial: null }),
    profile: flag('instead: the seeds one after the other, and what the time goes to'),
    mutants: flag('instead: every mutant in front of the test that must kill it'),
    only: some(MUTANT_IDS, { help: 'of --mutants: these alone' }),
  },
  wrong({ seed, commit, keep, mutants, only }) {
    if (seed !== null && commit) return 'expected --seed or --commit, came both'
    if (keep !== null && commit) return 'expected --seed with --keep, came --commit'
    return only !== null && !mutants ? 'expected --mutants with --only, came none' : null
  },
})

/** The strikes of `--keep`, by their numbers in the plan; null: all of them. */
export function keptOf(said: string): readonly number[] | null {
  if (said === 'all') return null
  return said === 'none' ? [] : said.split(',').map(Number)
}
