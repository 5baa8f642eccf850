import { readReplay, replayInput, smallerReplay, writeReplay } from './replay-input.ts'
import { judgeReplay } from './replay-laws.ts'
import { subjectOf } from './subject.ts'

/** Recorded days with one damaged file. */
export const replay = subjectOf(
  { name: 'replay', what: 'recorded days with a damaged file', inputs: 10_000 },
  {
    make: replayInput,
    judge: (input, reached) => judgeReplay(input, reached),
    write: writeReplay,
    read: readReplay,
    smaller: smallerReplay,
  },
)
