import { command, flag, sent, whole } from '../options.ts'
import type { Part } from './part.ts'
import { GROUPS, SUBJECTS } from './subjects.ts'

const NAMES = SUBJECTS.map(({ name }) => name)
const WORDS = [...new Set([...Object.keys(GROUPS), ...NAMES]), 'codec-mutants', 'all']

export const FUZZ = command({
  run: 'npm run fuzz',
  what: 'Drawn inputs against their laws; without a word order and core. A group or a subject alone.',
  words: WORDS,
  options: {
    inputs: whole({
      help: 'of the first subject of each word; the others take their share of it',
      least: 1,
      initial: null,
    }),
    seed: whole({ help: 'default: drawn from the clock, and printed', initial: null }),
    minutes: whole({
      help: 'no input is begun after so long, over all that is played',
      least: 1,
      initial: null,
    }),
    input: whole({ help: 'of one subject and --seed: plays it, and shows it', initial: null }),
    reached: flag('shows every edge and error text that was reached, with counts'),
    keep: flag('adds what is new to the corpus, made small'),
    part: sent<Part>(),
  },
  wrong({ seed, input }, words) {
    const isAlone = words.length === 1
    if (words.includes('codec-mutants') && !isAlone)
      return `expected codec-mutants alone, came ${words.join(' ')}`
    if (input === null) return null
    if (seed === null) return 'expected --seed with --input, came none'
    return isAlone && NAMES.some((name) => name === words[0])
      ? null
      : `expected one subject with --input: ${NAMES.join(', ')}; came ${words.join(' ') || 'none'}`
  },
})
