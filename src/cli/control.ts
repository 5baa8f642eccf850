import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { SystemClock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import {
  answer,
  type ControlReply,
  type ControlRequest,
  type EngineView,
} from '../engine/control.ts'

/** A request is one line; a longer one is somebody else's protocol. */
const LINE_MAX = 64 * 1024

/** A bot that is alive answers within one turn. */
const ANSWER_MS_MAX = 5_000

/** Answers one line of JSON with another, on a socket that its owner alone can open. */
export async function serveControl(path: string, view: EngineView): Promise<() => void> {
  // The journal's lock is held: nobody else owns this folder, so what is left here is stale.
  if (existsSync(path)) rmSync(path)
  const server = createServer((socket) => talk(socket, view))
  await listening(server, path)
  chmodSync(path, 0o600)
  return () => {
    server.close()
    rmSync(path, { force: true })
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

function talk(socket: Socket, view: EngineView): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    text += chunk
    if (text.length > LINE_MAX) socket.destroy()
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 1)
      socket.write(`${JSON.stringify(replyTo(line, view))}\n`)
    }
  })
}

function replyTo(line: string, view: EngineView): ControlReply {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    return { kind: 'refused', reason: 'expected one line of JSON' }
  }
  return isRequest(request)
    ? answer(view, request)
    : { kind: 'refused', reason: 'expected {"kind":"status"}' }
}

/** Commands beyond `status` come with the operator's commands; nothing else is let through. */
function isRequest(value: unknown): value is Extract<ControlRequest, { kind: 'status' }> {
  return (value as { readonly kind?: unknown } | null)?.kind === 'status'
}

/** Asks the bot that owns the socket; says so when there is none. */
export function askControl(
  path: string,
  request: ControlRequest,
): Promise<Result<ControlReply, string>> {
  return new Promise((resolve) => {
    const nobody = `no bot is running: ${path} does not answer; start one with run or demo`
    const socket = createConnection({ path })
    new SystemClock().after(ANSWER_MS_MAX, () => void socket.destroy())
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => resolve(fail(nobody)))
    socket.on('close', () => resolve(fail(nobody)))
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) return
      resolve(ok(JSON.parse(text.slice(0, end)) as ControlReply))
      socket.destroy()
    })
  })
}
