import { commandOf } from './commands.ts'
import { place } from './place.ts'
import type { ProblemReply, SessionView } from '../../src/dashboard/view.ts'

/** What the bot refused, or that it did not answer: always with what to do about it. */
export class Refused extends Error {
  readonly status: number
  readonly remedy: string

  constructor(status: number, problem: ProblemReply) {
    super(problem.error)
    this.status = status
    this.remedy = problem.remedy
  }
}

/** Kill and its like must not wait for ever on a bot that hangs. */
const ANSWER_WITHIN_MS = 10_000
const BASE = '/api/v1/'

let csrf = ''
let onSignedOut: () => void = () => undefined

/** Of the session that is open: its token goes into everything that changes something. */
export function actAs(session: SessionView | null): void {
  csrf = session?.csrf ?? ''
}

/** Told whenever the bot says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** The bot counts as use what a person does, not what the page asks by itself. */
const ACTIVE_MS = 60_000
let touchedAt = -Infinity
let toldAt = -Infinity

for (const kind of ['pointerdown', 'keydown', 'wheel'] as const) {
  window.addEventListener(kind, touched, { capture: true, passive: true })
}

function touched(): void {
  touchedAt = performance.now()
  // A view that asks nothing by itself must not end under its reader.
  if (csrf === '' || touchedAt - toldAt < ACTIVE_MS) return
  void read('session').catch(() => undefined) // whoever is out is told by what they do next
}

function activity(): Record<string, string> {
  const now = performance.now()
  if (now - touchedAt >= ACTIVE_MS) return {}
  toldAt = now
  return { 'x-user-active': '1' }
}

export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, { signal: within(signal) })
}

/** The same, where "there is none" is an answer like any other. */
export function readOr<T>(none: T, path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(path, signal).catch((cause: unknown) => {
    if (cause instanceof Refused && cause.status === 404) return none
    throw cause
  })
}

export async function readText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await send(path, { signal: within(signal) })
  return response.text()
}

interface Posted {
  readonly key?: string
  readonly signal?: AbortSignal
}

export function post<T>(path: string, body: object, { key, signal }: Posted = {}): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(csrf === '' ? {} : { 'x-csrf-token': csrf }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
    signal: within(signal),
  })
}

export async function signOut(): Promise<void> {
  await send('session', {
    method: 'DELETE',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: '{}',
    signal: within(undefined),
  })
}

/** One for each intent of a person; the same again when that intent is tried again. */
export function freshKey(): string {
  const drawn = crypto.getRandomValues(new Uint8Array(16))
  return [...drawn].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function within(signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS)
  return signal === undefined ? limit : AbortSignal.any([signal, limit])
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(path, init)
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = { ...activity(), ...(init.headers as Record<string, string> | undefined) }
  const asked = fetch(BASE + path, { ...init, headers, credentials: 'same-origin' })
  const response = await asked.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Refused(0, {
      error: 'The bot did not answer.',
      remedy: `See whether it runs with \`${commandOf('status', place.get())}\`; the page tries again itself.`,
    })
  })
  if (response.ok) return response
  const problem = await problemOf(response)
  if (response.status === 401 && !path.startsWith('session')) onSignedOut()
  throw new Refused(response.status, problem)
}

async function problemOf(response: Response): Promise<ProblemReply> {
  const said = (await response.json().catch(() => null)) as Partial<ProblemReply> | null
  return {
    error: said?.error ?? `The bot refused (${response.status}).`,
    remedy: said?.remedy ?? `Its log says why: \`${commandOf('logs', place.get())}\`.`,
  }
}

/** Whatever was thrown, as something to show. */
export function problemFrom(cause: unknown): ProblemReply {
  if (cause instanceof Refused) {
    return { error: sentence(cause.message), remedy: sentence(cause.remedy) }
  }
  return { error: sentence(String(cause)), remedy: 'Load the page again.' }
}

function sentence(text: string): string {
  const said = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(said) ? said : `${said}.`
}
