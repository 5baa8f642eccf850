import { command, flag, oneOf, sent, some, text, whole } from '../options.ts'
import type { Day, Tier } from './day.ts'
import { DAYS } from './days.ts'
import { DELAYS } from './delays.ts'
import type { Part } from './parts.ts'

const TIERS = ['codec', 'direct'] as const
const DELAY = DELAYS.join('|')
const PAIR = new RegExp(String.raw`^\d+/(${DELAY})/\d+/(${DELAY})$`)

/** Of those named, or of all, what can be played on this tier. */
export function daysOf(names: readonly string[] | null, tier: Tier): readonly Day[] {
  const named = DAYS.filter(({ name }) => names === null || names.includes(name))
  return tier === 'codec' ? named : named.filter(({ isOfWire }) => isOfWire !== true)
}

export const CRASHES = command({
  run: 'npm run crashes',
  what: 'A crash after every effect of every day, each with two times of a restart.',
  options: {
    day: some(
      DAYS.map(({ name }) => name),
      { help: 'these days alone' },
    ),
    tier: oneOf(TIERS, { help: 'direct: without a wire', initial: 'codec' }),
    delays: oneOf(['some', 'all'], { help: 'times of a restart after each', initial: 'some' }),
    every: whole({ help: 'every so many effects', least: 1, initial: 1 }),
    pairs: whole({
      help: 'instead: so many crashes, each with another one after it',
      least: 1,
      initial: null,
    }),
    seed: whole({ help: 'what pairs are drawn by', initial: 1 }),
    minutes: whole({ help: 'no round of pairs is begun after so long', least: 1, initial: null }),
    only: whole({ help: 'of one --day: this crash, with its journal', initial: null }),
    pair: text({
      help: 'of one --day: this pair, with its journal',
      takes: 'PAIR',
      expected: 'a pair like 12/1 s/40/next session',
      initial: null,
      isRight: (pair) => PAIR.test(pair),
    }),
    json: flag('the counts as JSON'),
    part: sent<Part>(),
  },
  wrong({ day, tier, only, pair, pairs, minutes }) {
    if (only !== null && pair !== null) return 'expected --only or --pair, came both'
    if ((only !== null || pair !== null) && day?.length !== 1)
      return `expected one --day with --only or --pair, came ${day?.join() ?? 'none'}`
    if (minutes !== null && pairs === null) return 'expected --pairs with --minutes, came none'
    const isEmpty = daysOf(day, tier).length === 0
    return isEmpty ? 'expected --day with a day that needs no wire, or --tier codec' : null
  },
})
