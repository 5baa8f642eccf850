import { command, some } from '../options.ts'
import { PLANTED } from './planted.ts'

export const PLANTED_COMMAND = command({
  run: 'npm run planted',
  what: 'Defects of the earlier bot in a copy of the source, each seen by its test.',
  options: {
    only: some(
      PLANTED.map(({ id }) => id),
      { help: 'these alone' },
    ),
  },
})
