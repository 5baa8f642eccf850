import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { SystemClock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { ANSWER_MS_MAX, answered, type Answering } from '../cockpit/answering.ts'
import { requestIn, type Asked } from '../cockpit/control-request.ts'
import type { ControlReply } from '../engine/control.ts'
import type { WhatIfAnswer } from '../ibkr/orders/what-if.ts'
import { talk } from './control-talk.ts'

/** Commands open one, ask and leave; beyond this many the oldest makes room for who comes. */
const CONNECTIONS_MAX = 32

export interface WhatIfReply {
  readonly kind: 'what-if'
  readonly answer: WhatIfAnswer
}

export interface LinkReply {
  readonly kind: 'link'
  readonly url: string
}

type Reply = ControlReply | WhatIfReply | LinkReply

/** Answers one line of JSON with another, on a socket that its owner alone can open. */
export async function serveControl(path: string, of: Answering): Promise<() => void> {
  // The journal's lock is held: nobody else owns this folder, so what is left here is stale.
  if (existsSync(path)) rmSync(path)
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const [oldest] = open
    if (open.size >= CONNECTIONS_MAX) oldest?.destroy()
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    talk(socket, async (line) => JSON.stringify(await replyTo(line, of)))
  })
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

async function replyTo(line: string, of: Answering): Promise<Reply> {
  const request = requestIn(line)
  if (!request.ok) return { kind: 'refused', reason: request.error }
  const asked = request.value
  if (asked.kind === 'what-if') {
    if (of.whatIf === null) return { kind: 'refused', reason: 'a dry run has no order connection' }
    return { kind: 'what-if', answer: await of.whatIf() }
  }
  if (asked.kind === 'dashboard') {
    const { role, name, interactive = false } = asked
    const link = (await of.link?.({ role, name, interactive })) ?? fail(NO_DASHBOARD)
    return link.ok ? { kind: 'link', url: link.value } : { kind: 'refused', reason: link.error }
  }
  return answered(asked, of)
}

const NO_DASHBOARD =
  'this bot runs without a dashboard: dashboard.enabled is false, or its port was taken'

/** Asks the bot that owns the socket; says so when there is none, and when it does not answer. */
export function askControl(
  path: string,
  request: Asked,
  withinMs: number = ANSWER_MS_MAX,
): Promise<Result<Reply, string>> {
  return new Promise((resolve) => {
    const nobody = `no bot is running: ${path} does not answer${START_ONE}`
    const mute = `the bot at ${path} did not answer in ${withinMs / 1_000} s${mayYet(request)}`
    const clock = new SystemClock()
    const socket = createConnection({ path })
    clock.after(withinMs, () => void socket.destroy())
    const until = clock.now() + withinMs
    const line = JSON.stringify(request.kind === 'command' ? { ...request, until } : request)
    let text = ''
    let connected = false
    socket.setEncoding('utf8')
    socket.on('error', () => resolve(fail(connected ? mute : nobody)))
    socket.on('close', () => resolve(fail(connected ? mute : nobody)))
    socket.on('connect', () => {
      connected = true
      socket.write(`${line}\n`)
    })
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) return
      resolve(replyIn(text.slice(0, end), path))
      socket.destroy()
    })
  })
}

/**
 * Whether a process has this socket open: one that stands still answers nothing, and takes who
 * comes all the same, until too many wait for it (EAGAIN). Of one that is gone a file is left.
 */
export function isOpen(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EAGAIN'))
    socket.on('connect', () => {
      resolve(true)
      socket.destroy()
    })
  })
}

/** No advice where a bot should be stopped, or another one is meant. */
export const START_ONE = '; start one with run or demo'

function replyIn(line: string, path: string): Result<Reply, string> {
  try {
    return ok(JSON.parse(line) as Reply)
  } catch {
    return fail(`what answers at ${path} is no bot of this program: expected a line of JSON`)
  }
}

function mayYet(request: Asked): string {
  if (request.kind === 'flatten') return '; it may still act on this, as soon as it goes on'
  if (request.kind !== 'command') return ''
  const { kind } = request.command
  return kind === 'resume' || kind === 'arm'
    ? '; it may have acted at the last moment, and will not later'
    : '; it may still act on this, as soon as it goes on'
}
