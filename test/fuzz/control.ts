import {
  controlInput,
  controlLine,
  readControl,
  smallerControl,
  writeControl,
} from './control-input.ts'
import { judgeLine } from './control-laws.ts'
import { closeBot, judgeTalk } from './control-socket.ts'
import { latin1, unlatin1 } from './drawn.ts'
import { subjectOf } from './subject.ts'

/** Lines of the control socket, before anything acts on them. */
export const control = subjectOf<string>(
  {
    name: 'control',
    what: 'lines of the control socket, forged and half understood',
    inputs: 100_000,
  },
  {
    make: controlLine,
    judge: (line, reached) => judgeLine(line, reached),
    write: (line) => JSON.stringify({ line }),
    read: (text) => (JSON.parse(text) as { line: string }).line,
    *smaller(line) {
      const stream = unlatin1(latin1(Buffer.from(line, 'utf8')))
      for (const left of smallerControl({ stream, cuts: [] })) {
        yield Buffer.from(left.stream).toString('utf8')
      }
    },
  },
)

/** The same over a Unix socket, before a bot. */
export const socket = subjectOf(
  {
    name: 'socket',
    what: 'conversations over the Unix socket of a bot, in pieces, and left in the middle',
    inputs: 4_000,
    close: closeBot,
  },
  {
    make: controlInput,
    judge: judgeTalk,
    write: writeControl,
    read: readControl,
    smaller: smallerControl,
  },
)
