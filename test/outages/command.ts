import { command, file, sent, whole } from '../options.ts'
import { PLACES, RECOVERIES_FROM } from './sample.ts'

export const OUTAGES = command({
  run: 'npm run outages',
  what: 'Labelled outages drawn from a seed: how well the bot names them, how soon it is back.',
  options: {
    count: whole({ help: 'outages to be named', most: RECOVERIES_FROM, initial: 500 }),
    recoveries: whole({
      help: 'more of any length, for the time to be back',
      most: PLACES - RECOVERIES_FROM,
      initial: 300,
    }),
    seed: whole({ help: 'default: drawn from the clock, and printed', initial: null }),
    only: whole({ help: 'one of them, by its own seed', initial: null }),
    write: file({ help: 'the page of docs/diagnosis.md into a file' }),
    part: sent<readonly number[]>(),
  },
  wrong({ count, recoveries }) {
    return count + recoveries === 0 ? 'nothing to play: --count and --recoveries are 0' : null
  },
})
