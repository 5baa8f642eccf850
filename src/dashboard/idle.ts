import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Limits } from './options.ts'

/**
 * Sockets that ask nothing, or have not said all of what they ask, cost a descriptor of the bot's
 * process and a place of those who do. Only so many may wait, only so long; the oldest makes room.
 */
export function boundIdle(server: Server, { headersMs, idleMax }: Limits): void {
  const idle = new Set<Socket>()
  const waits = (socket: Socket): void => {
    idle.delete(socket)
    if (socket.destroyed) return
    idle.add(socket)
    const [oldest] = idle
    if (idle.size > idleMax) oldest?.destroy()
  }
  server.on('connection', (socket) => {
    waits(socket)
    socket.on('close', () => void idle.delete(socket))
    // Node counts from the first byte; of a socket without one nobody would hear again.
    socket.setTimeout(headersMs)
  })
  server.on('timeout', (socket) => void socket.destroy())
  server.on('request', (request, response) => {
    const { socket, headers } = request
    const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
    socket.setTimeout(0) // node sets what it keeps alive, and ends slow bodies
    if (hasBody) request.once('end', () => void idle.delete(socket))
    else idle.delete(socket)
    response.once('close', () => waits(socket))
  })
}
