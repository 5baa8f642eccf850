import { connect } from 'node:net'

/** What ping.c does, where nothing compiles it: microseconds of each round trip. */
export function pingFromNode(
  port: number,
  of: { readonly tick: Uint8Array; readonly frames: number; readonly times: number },
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const took: number[] = []
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let from = 0
    let came: Buffer = Buffer.alloc(0)
    const send = (): void => {
      from = performance.now()
      socket.write(of.tick)
    }
    socket.on('error', reject)
    socket.on('connect', send)
    socket.on('data', (chunk: Buffer) => {
      came = came.length === 0 ? chunk : Buffer.concat([came, chunk])
      if (!isWhole(came, of.frames)) return
      took.push((performance.now() - from) * 1e3)
      came = Buffer.alloc(0)
      if (took.length < of.times) return send()
      socket.destroy()
      resolve(took)
    })
  })
}

function isWhole(bytes: Buffer, frames: number): boolean {
  let at = 0
  for (let left = frames; left > 0; left--) {
    if (bytes.length - at < 4) return false
    at += 4 + bytes.readUInt32BE(at)
  }
  return bytes.length >= at
}
