import { accessSync, constants, statSync } from 'node:fs'
import { command, flag, oneOf, text, whole } from '../options.ts'
import { PLANS } from './trace.ts'

export const DETERMINISM = command({
  run: 'npm run determinism',
  what: 'The same seeds several times: every hash must be the same.',
  options: {
    seeds: whole({ help: 'how many', least: 1, initial: 100 }),
    from: whole({ help: 'the first of them', least: 1, initial: 1 }),
    runs: whole({ help: 'how often on this Node', least: 1, initial: 2 }),
    node: text({
      help: 'and once on another Node',
      takes: 'PATH',
      expected: 'a program that can be run',
      initial: null,
      isRight: isProgram,
    }),
    plans: oneOf(PLANS, {
      help: 'some minutes, or whole days of `npm run prove` on that tier',
      initial: 'minutes',
    }),
    hashes: flag('plays them once, here, and prints `seed hash`'),
  },
  wrong({ runs, node, hashes }) {
    const isOne = runs === 1 && node === null && !hashes
    return isOne ? 'expected two runs to compare: --runs from 2 on, or --node; came --runs 1' : null
  },
})

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
