import { command, flag } from '../test/options.ts'
import { benches } from './all.ts'

export const BENCH = command({
  run: 'npm run bench',
  what: 'This program beside others that do the same, in one run (docs/performance.md).',
  words: benches.map(({ name }) => name),
  options: {
    json: flag('one JSON object a bench'),
    list: flag('what there is'),
    tiny: flag('so few operations that the figures mean nothing'),
  },
})
