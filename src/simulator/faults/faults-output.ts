import type { Connection, Ground, Hooks } from './fault.ts'

/** How often it is looked whether the client reads again. */
const LOOK_MS = 100

interface Output {
  frames: Uint8Array[]
  bytes: number
}

/** F33: what a client does not read is kept up to a limit. */
export function overflowing(
  of: {
    readonly kernelBytes: number
    readonly limitBytes: number
    readonly overflow: 'drop-half' | 'disconnect'
  },
  ground: Ground,
): Hooks {
  const outputs = new Map<Connection, Output>()
  const flush = (connection: Connection, output: Output, unreadMax: number): void => {
    while (output.frames.length > 0 && connection.link.unread < unreadMax) {
      const frame = output.frames.shift()
      if (frame === undefined) break
      output.bytes -= frame.length
      connection.deliverFrame(frame)
    }
    if (output.frames.length === 0) outputs.delete(connection)
    else ground.after(LOOK_MS, () => flush(connection, output, of.kernelBytes))
  }
  return {
    writes: (connection, frame) => {
      const known = outputs.get(connection)
      if (known === undefined && connection.link.unread < of.kernelBytes) return [frame]
      const output = known ?? { frames: [], bytes: 0 }
      if (known === undefined) {
        outputs.set(connection, output)
        ground.after(LOOK_MS, () => flush(connection, output, of.kernelBytes))
      }
      output.frames.push(frame)
      output.bytes += frame.length
      if (output.bytes > of.limitBytes) shed(connection, output)
      return []
    },
    healed: () => {
      for (const [connection, output] of outputs) flush(connection, output, Infinity)
    },
  }

  function shed(connection: Connection, output: Output): void {
    ground.log(`EBuffer buffer of client ${connection.id} has grown to ${output.bytes} bytes`)
    if (of.overflow === 'disconnect') {
      output.frames = []
      return connection.link.drop('close')
    }
    ground.log(`Output exceeded limit for client ${connection.id}, removed first half`)
    while (output.bytes > of.limitBytes / 2) output.bytes -= output.frames.shift()?.length ?? 0
  }
}
