import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { notice } from '../domain/alert.ts'
import { SystemClock, type Cancel, type Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Settings } from '../config/settings.ts'
import type { Mode } from '../domain/account.ts'
import type { EngineView } from '../engine/control.ts'
import type { Notifier } from '../engine/ports.ts'
import type { Sightings } from '../engine/sighting.ts'
import type { LinkAsked } from './answering.ts'
import { commanded } from './commands.ts'
import type { FromThread, ThreadData, ToThread } from './messages.ts'
import { Publisher } from './publisher.ts'
import { SaidStops } from './said-stops.ts'
import { ownThread } from './own-thread.ts'
import { pagesFolder, settingsView, symbolsDrawn } from './shown-settings.ts'

export interface DashboardParts {
  readonly view: EngineView
  /** Of the bot: views say its time. */
  readonly clock: Clock
  readonly settings: Settings
  /** The file that the settings are of. */
  readonly file: string
  readonly mode: Mode
  readonly accountId: string
  /** What the bot keeps; the keys of the dashboard lie beside its journal. */
  readonly folder: { readonly path: string; readonly journal: string }
  /** Of the package that runs. */
  readonly version: string
  readonly sightings: Sightings
  readonly notifier: Notifier
  /** What the Gateway says of itself. */
  readonly isSimulated: boolean
  readonly speed?: () => number | null
  /** 0: one that is free. */
  readonly port: number
  readonly whyNoResume?: () => string | null
  readonly log: (line: string) => void
  /** It is there after all; of the first time `ready` tells. */
  readonly back?: (url: string) => void
  /** For tests: real time, and what a thread is made by. */
  readonly wall?: Clock
  readonly thread?: typeof ownThread
}

export interface Dashboard {
  /** Its address, or why there is none; told once. */
  readonly ready: Promise<Result<string, string>>
  /** A one-time link; for who owns the control socket. */
  link(asked: LinkAsked): Promise<Result<string, string>>
  /** Public for tests: ends the thread as a defect in it would. */
  terminate(): Promise<void>
  close(): Promise<void>
}

/** Real time without a word that a view was taken: the thread hangs, and is ended. */
const TAKEN_MS_MAX = 30_000
/** Tried again for ever: at first soon, later twice as late each time, up to this. */
const RETRY_MS = 1_000
const RETRY_MS_MAX = 60_000
/** Having been there for so long it was well: what happens next is told anew. */
const STEADY_MS = 60_000
/** Of the thread: what it holds grows with the journal, and must not eat what the bot needs. */
const HEAP_MB = 512
const LINK_MS_MAX = 5_000
const CLOSE_MS_MAX = 3_000

/** The dashboard beside the bot: what it does, and what becomes of it, never holds the bot up. */
export function openDashboard(parts: DashboardParts): Dashboard {
  return new DashboardThread(parts)
}

class DashboardThread implements Dashboard {
  readonly ready: Promise<Result<string, string>>
  readonly #parts: DashboardParts
  readonly #wall: Clock
  readonly #publisher: Publisher
  readonly #said: SaidStops
  readonly #links = new Map<number, (url: Result<string, string>) => void>()
  #tellReady: (of: Result<string, string>) => void = () => undefined
  #worker: Worker | null = null
  #isUp = false
  #port: number
  #upSince: number | null = null
  #failures = 0
  #wasUp = false
  #hasFailed = false
  #asked = 0
  #closed = false
  #why = 'it is still starting; ask again in a moment'
  #hungFor: string | null = null
  #stopRestart: Cancel = () => undefined

  constructor(parts: DashboardParts) {
    this.#parts = parts
    this.#wall = parts.wall ?? new SystemClock()
    this.#port = parts.port
    this.ready = new Promise((resolve) => {
      this.#tellReady = resolve
    })
    this.#said = new SaidStops(parts.view)
    this.#publisher = new Publisher({
      view: parts.view,
      clock: parts.clock,
      wall: this.#wall,
      sightings: parts.sightings,
      version: parts.version,
      isSimulated: parts.isSimulated,
      speed: parts.speed ?? (() => null),
      memoryBytes: () => process.memoryUsage.rss(),
      send: (message) => this.#send(message),
      failed: (error) => this.#failed('publishing', error),
      untaken: { ms: TAKEN_MS_MAX, tell: () => this.#hangs() },
    })
    this.#start()
  }

  link(asked: LinkAsked): Promise<Result<string, string>> {
    if (!this.#isUp) return Promise.resolve(fail(`the dashboard is not there: ${this.#why}`))
    const id = ++this.#asked
    return new Promise((resolve) => {
      const stop = this.#wall.after(LINK_MS_MAX, () => {
        this.#links.delete(id)
        resolve(fail('the dashboard did not answer'))
      })
      this.#links.set(id, (url) => {
        stop()
        this.#links.delete(id)
        resolve(url)
      })
      this.#send({ kind: 'link', id, ...asked })
    })
  }

  async terminate(): Promise<void> {
    await this.#worker?.terminate()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#publisher.stop()
    this.#said.close()
    this.#stopRestart()
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise<void>((resolve) => void worker.once('exit', () => resolve()))
    const late = new Promise<void>((resolve) => void this.#wall.after(CLOSE_MS_MAX, resolve))
    this.#send({ kind: 'close' })
    await Promise.race([ended, late])
    await worker.terminate()
  }

  #start(): void {
    const make = this.#parts.thread ?? ownThread
    const worker = make('dashboard-thread', this.#data(), HEAP_MB)
    // A process that has nothing else to do is done.
    worker.unref()
    this.#worker = worker
    let why: string | null = null
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'failed') why = message.message
      else this.#guarded(message)
    })
    worker.on('error', (error: unknown) => {
      why = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => this.#ended(why))
    this.#publisher.begin()
  }

  /** What goes wrong here would be an uncaught error of the bot. */
  #guarded(message: Exclude<FromThread, { kind: 'failed' }>): void {
    try {
      this.#heard(message)
    } catch (error) {
      this.#failed(`the message "${message.kind}"`, error)
      if (message.kind !== 'command') return
      const why = 'the bot failed at this; it may have acted on it'
      const result = fail({
        error: why,
        remedy: 'See the journal; kill and panic work without it.',
      })
      this.#send({ kind: 'done', id: message.id, result })
    }
  }

  /** Told once to people; each time in the log. */
  #failed(at: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    this.#parts.log(`dashboard: ${at} failed: ${why}`)
    if (this.#hasFailed) return
    this.#hasFailed = true
    const message = `the dashboard is not whole: ${at} failed: ${why}; the bot trades on`
    this.#parts.notifier.notify(notice('dashboard-gone', message, { key: 'dashboard' }))
  }

  #hangs(): void {
    this.#hungFor = `its thread took nothing for ${TAKEN_MS_MAX / 1_000} s`
    void this.#worker?.terminate()
  }

  #heard(message: Exclude<FromThread, { kind: 'failed' }>): void {
    const { view, whyNoResume, log } = this.#parts
    switch (message.kind) {
      case 'up':
        return this.#isThere(message)
      case 'taken':
        return this.#publisher.taken()
      case 'command': {
        const why = whyNoResume === undefined ? {} : { whyNoResume }
        const of = { view, said: this.#said, ...why }
        return this.#send({ kind: 'done', id: message.id, result: commanded(of, message) })
      }
      case 'linked':
        return this.#links.get(message.id)?.(ok(message.url))
      default:
        log(message.line)
    }
  }

  #isThere({ url, port }: Extract<FromThread, { kind: 'up' }>): void {
    this.#isUp = true
    this.#upSince = this.#wall.monotonicMs()
    this.#port = port
    if (this.#wasUp || this.#failures > 0) {
      this.#parts.log(`dashboard: it is there again: ${url}`)
      this.#parts.back?.(url)
    }
    this.#wasUp = true
    this.#tellReady(ok(url))
  }

  /** The bot trades on whatever became of the page, and it is tried again for as long. */
  #ended(why: string | null): void {
    const nowMs = this.#wall.monotonicMs()
    const wasWell = this.#upSince !== null && nowMs - this.#upSince >= STEADY_MS
    this.#isUp = false
    this.#upSince = null
    this.#worker = null
    this.#publisher.pause()
    for (const tell of this.#links.values()) tell(fail('the dashboard has ended'))
    if (this.#closed) return
    this.#why = this.#hungFor ?? why ?? 'its thread ended'
    this.#hungFor = null
    if (wasWell) this.#failures = 0
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** this.#failures)
    this.#failures++
    const message = `no dashboard: ${this.#why}; it is tried again, and the bot trades on`
    this.#parts.log(message)
    // Said once, and not at each try.
    if (this.#failures === 1) {
      this.#parts.notifier.notify(notice('dashboard-gone', message, { key: 'dashboard' }))
    }
    this.#tellReady(fail(this.#why))
    this.#stopRestart = this.#wall.after(waitMs, () => this.#start())
  }

  #send(message: ToThread): void {
    this.#worker?.postMessage(message)
  }

  #data(): ThreadData {
    const { settings, file, mode, accountId, folder } = this.#parts
    const { users, metricsToken } = settings.dashboard
    return {
      journal: folder.journal,
      mode,
      accountId,
      port: this.#port,
      pages: pagesFolder(),
      stateFile: join(folder.path, 'dashboard.json'),
      users: users.map(({ name, role, password }) => {
        return { name, role, password: password.reveal() }
      }),
      metricsToken: metricsToken?.reveal() ?? null,
      settings: settingsView(settings, file),
      rules: settings.rules,
      hours: settings.hours,
      restartWindows: settings.gateway.restartWindows,
      symbols: symbolsDrawn(settings),
    }
  }
}
