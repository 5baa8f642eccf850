import { existsSync, statSync } from 'node:fs'
import { amount, command, flag, some, text } from '../options.ts'
import { STEPS } from './steps.ts'
import { isDate } from './step.ts'

/** A night of eight hours plays the counts of the table; another one its share of them. */
export const WHOLE_HOURS = 8

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

export const NIGHTLY = command({
  run: 'npm run nightly',
  what: `Every campaign with the seeds of a date, each with a time limit, and a dated report:
${STEPS.map(({ name }) => name).join(', ')}`,
  options: {
    out: text({
      help: 'where the folder of the date is made',
      takes: 'FOLDER',
      expected: 'a folder, made where there is none',
      initial: '',
      isRight: (path) => path !== '' && !isFile(path),
    }),
    hours: amount({
      help: `counts and times are a share of those of ${WHOLE_HOURS} hours`,
      initial: WHOLE_HOURS,
    }),
    quick: flag('a few of each, in minutes'),
    date: text({
      help: 'it is the seed; default: today in UTC',
      takes: 'DATE',
      expected: 'a date like 2026-03-10',
      initial: null,
      isRight: isDate,
    }),
    node: text({
      help: 'another Node, for the same hashes',
      takes: 'PATH',
      expected: 'a program that is there',
      initial: null,
      isRight: isFile,
    }),
    only: some(
      STEPS.map(({ name }) => name),
      { help: 'these steps alone' },
    ),
  },
  wrong: ({ out }) => (out === '' ? 'expected --out FOLDER, came none' : null),
})
