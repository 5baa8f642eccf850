import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { command, file, flag, text, whole } from '../options.ts'

export const FILLS_STUDY = command({
  run: 'npm run fills-study',
  what: 'The same recorded moments under several ways to enter, and the whole bot on the same days.',
  options: {
    data: text({
      help: 'folder of the recordings; default: ../shared/data beside the checkout',
      takes: 'DIR',
      expected: 'a folder that is there',
      initial: null,
      isRight: existsSync,
    }),
    seed: whole({ help: 'what contracts are drawn by', initial: 1 }),
    'no-bot': flag('without the days of the whole bot'),
    write: file({ help: 'into a file instead of to the terminal' }),
  },
})

/** Where they are if nobody says. */
export const RECORDINGS = join(import.meta.dirname, '../../../shared/data')
