import { subjectOf } from './subject.ts'
import { readWire, smallerWire, wireInput, writeWire } from './wire-input.ts'
import { judgeWire } from './wire-laws.ts'

/** Frames, codec and handshake, in both directions. */
export const wire = subjectOf(
  {
    name: 'wire',
    what: 'streams of frames, whole and damaged, in pieces, both ways, at versions 157 to 200',
    inputs: 2_000_000,
  },
  {
    make: wireInput,
    judge: (input, reached) => judgeWire(input, reached),
    write: writeWire,
    read: readWire,
    smaller: smallerWire,
  },
)
