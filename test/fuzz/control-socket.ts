import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askControl, serveControl } from '../../src/cli/control.ts'
import { World } from '../../src/engine/world.testing.ts'
import type { ControlInput } from './control-input.ts'
import { understood } from './control-laws.ts'
import { piecesOf } from './drawn.ts'
import { counted } from './edges.ts'
import type { Counts } from './edges.ts'
import { thrown } from './timed.ts'

/** As `control-talk.ts` has it: a line may be so long. */
const LINE_MAX = 64 * 1024
/** By the clock of the wall, on a machine that does other things as well. */
const PATIENCE_MS = 20_000

interface Bot {
  readonly path: string
  readonly world: World
  readonly close: () => void
}

let shared: Promise<Bot> | null = null

async function newBot(): Promise<Bot> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-control-'))
  const path = join(folder, 'bot.sock')
  const world = new World()
  const { engine } = world.start()
  await world.run(5_000)
  const stop = await serveControl(path, { view: engine.view(), whatIf: null })
  const close = (): void => {
    stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { path, world, close }
}

export async function closeBot(): Promise<void> {
  const bot = await shared
  shared = null
  bot?.close()
}

/** Said to a bot, which must answer each line or end the talk, and do only what was understood. */
export async function judgeTalk(input: ControlInput, reached: Counts): Promise<string | null> {
  shared ??= newBot()
  const { path, world } = await shared
  const told = (): number => world.events('OperatorCommanded').length
  const before = told()
  const escaped: unknown[] = []
  const heard = (error: unknown): void => void escaped.push(error)
  process.on('unhandledRejection', heard)
  process.on('uncaughtException', heard)
  const expected = talkIn(input.stream)
  const answers = await answersTo(path, input, expected.lines.length + (expected.isCut ? 1 : 0))
  const status = await askControl(path, { kind: 'status' }, PATIENCE_MS)
  process.off('unhandledRejection', heard)
  process.off('uncaughtException', heard)
  if (escaped.length > 0) return `escaped: ${thrown(escaped[0])}`
  if (!status.ok || status.value.kind !== 'status') return 'the bot answers nobody any more'
  const commands = expected.lines.filter((line) => counts(line)).length
  counted(reached, `talk: ${commands} commands${expected.isCut ? ', cut off' : ''}`)
  if (told() - before !== commands) return `${told() - before} commands instead of ${commands}`
  const wanted = expected.lines.length + (expected.isCut ? 1 : 0)
  if (answers.length !== wanted) return `${answers.length} answers instead of ${wanted}`
  const odd = answers.findIndex(
    (answer, i) => isRefusal(answer) === null || isOdd(answer, expected, i),
  )
  return odd < 0 ? null : `answer ${odd} does not fit: ${answers[odd]?.slice(0, 200)}`
}

interface Expected {
  /** Whole ones, up to the first that is too long. */
  readonly lines: readonly string[]
  readonly isCut: boolean
}

function talkIn(stream: Uint8Array): Expected {
  const parts = Buffer.from(stream).toString('utf8').split('\n')
  const long = parts.findIndex((part) => part.length > LINE_MAX)
  if (long >= 0) return { lines: parts.slice(0, long), isCut: true }
  return { lines: parts.slice(0, -1), isCut: false }
}

/** A command that reaches the journal: all that are understood but those that came too late. */
function counts(line: string): boolean {
  const request = understood(line)
  // Of one that holds nothing a flatten is its first command, the level.
  if (request?.['kind'] === 'flatten') return true
  if (request?.['kind'] !== 'command') return false
  const { kind } = request['command'] as { readonly kind: string }
  return kind !== 'resume' && kind !== 'arm'
}

function isRefusal(answer: string): boolean | null {
  try {
    const { kind } = JSON.parse(answer) as { readonly kind?: unknown }
    return typeof kind === 'string' ? kind === 'refused' : null
  } catch {
    return null
  }
}

/** What is not understood is refused. */
function isOdd(answer: string, { lines }: Expected, i: number): boolean {
  const line = lines[i]
  return (line === undefined || understood(line) === null) && isRefusal(answer) !== true
}

function answersTo(path: string, input: ControlInput, wanted: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const socket = createConnection({ path })
    let heard = ''
    const lines = (): readonly string[] => heard.split('\n').slice(0, -1)
    const patience = setTimeout(() => socket.destroy(), PATIENCE_MS)
    socket.setEncoding('utf8')
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => {
      heard += chunk
      if (lines().length >= wanted) socket.end()
    })
    socket.on('close', () => {
      clearTimeout(patience)
      resolve(lines())
    })
    socket.on('connect', () => {
      void sayAll(input, (piece) => void (socket.destroyed || socket.write(piece))).then(() => {
        if (wanted === 0) socket.end()
      })
    })
  })
}

/** Each piece by itself, so that they arrive apart. */
async function sayAll(
  { stream, cuts }: ControlInput,
  say: (piece: Uint8Array) => void,
): Promise<void> {
  for (const piece of piecesOf(stream, cuts)) {
    say(piece)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
}
