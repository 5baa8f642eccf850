import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { assert } from '../src/base/assert.ts'
import { stoqeyTurn } from './peers/stoqey-turn.ts'
import { tickTurn } from './tick-turn.ts'

export interface Served {
  readonly side: 'ours' | 'node' | 'stoqey'
  /** What the bare loop answers with, whatever comes. */
  readonly answerPath: string
  /** Of ours; null: it is encoded and goes nowhere. */
  readonly journalPath: string | null
}

/** A server on loopback that answers each tick with three orders. */
export function serve(of: Served): Promise<{ readonly port: number; close(): void }> {
  let write: (bytes: Uint8Array) => void = () => undefined
  // One for all connections, which come one after the other.
  const answer = answering(of, (bytes) => write(bytes))
  const server = createServer({ noDelay: true }, (socket) => {
    write = (bytes) => void socket.write(bytes)
    socket.on('data', answer)
    socket.on('error', () => socket.destroy())
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      assert(typeof at === 'object' && at !== null, 'a TCP server has a port')
      resolve({ port: at.port, close: () => void server.close() })
    })
  })
}

function answering(
  { side, answerPath, journalPath }: Served,
  write: (bytes: Uint8Array) => void,
): (chunk: Buffer) => void {
  if (side === 'stoqey') return stoqeyTurn(write)
  if (side === 'node') {
    const bytes = readFileSync(answerPath)
    return () => write(bytes)
  }
  const turn = tickTurn(journalPath)
  return (chunk) => write(turn.answer(chunk))
}
