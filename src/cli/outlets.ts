import { join } from 'node:path'
import pc from 'picocolors'
import type { Cancel, Clock } from '../base/clock.ts'
import { maskedAccounts } from '../base/masked.ts'
import { redactor } from '../base/secret.ts'
import type { Settings } from '../config/settings.ts'
import { notice } from '../domain/alert.ts'
import type { Notifier } from '../engine/ports.ts'
import { noteOf, plain } from '../notify/channel.ts'
import { Courier, type Keep } from '../notify/courier.ts'
import { DeadMan } from '../notify/dead-man.ts'
import { guarded, type Guard } from '../notify/guarded.ts'
import { send, type Target } from '../notify/http.ts'
import { JsonLog, type LogIdentity } from '../notify/json-log.ts'
import { openChannel, secretsOf } from '../notify/open-channel.ts'
import type { Level, NotifyCommand } from '../notify/outbox.ts'
import { Spool } from '../notify/spool.ts'
import { unfailing } from '../notify/unfailing.ts'
import { commit, version } from './version.ts'

/** What reaches people: the log, the terminal, the channels, the dead-man signal. */
export interface Outlets {
  readonly log: JsonLog
  readonly identity: LogIdentity
  readonly notifier: Notifier
  /** Around what follows the engine to report. */
  readonly guard: Guard
  /** Null: it is not configured. */
  readonly deadMan: DeadMan | null
  /** What waits to be told is told, as far as a few seconds allow. */
  close(): Promise<void>
}

export interface OutletsOptions {
  readonly clock: Clock
  readonly settings: Settings
  readonly mode: string
  /** Of the log; the folder is there. */
  readonly path: string
  /** For the person at the terminal. */
  readonly say: (text: string, level: Level) => void
}

/** How long the end of a process may wait for what has not been told yet. */
const LAST_WORDS_MS = 3_000

export function openOutlets(of: OutletsOptions): Outlets {
  const { clock, settings, mode, path, say } = of
  const { deadMan, deadManEveryMs } = settings.notify
  const redact = redactorOf(settings)
  const identity = identityAt(clock, mode)
  const log = new JsonLog({ path, clock, identity, redact })
  const shown = (notice: NotifyCommand): void => {
    const { alert, level, message, key = null } = notice
    log.write({ level, kind: 'notice', alert, message, key })
    say(coloured({ ...notice, message: redact(message) }), level)
  }
  const post = openPost({ ...of, redact, identity, log, shown })
  const notifier = unfailing({
    notify(notice) {
      shown(notice)
      post.offer(notice)
    },
    lost: () => post.lost() + guard.failed(),
  })
  const guard = guarded((told) => notifier.notify(told))
  return {
    log,
    identity,
    notifier,
    guard,
    deadMan: deadMan === null ? null : newDeadMan(deadMan, { clock, everyMs: deadManEveryMs, log }),
    async close() {
      await post.close()
      log.close()
    },
  }
}

/**
 * Where no run came about there is no courier, and the spool is perhaps another's: each channel
 * gets one attempt, all together a few seconds. It never fails.
 */
export async function tellRefusedStart(of: {
  readonly clock: Clock
  readonly settings: Settings
  readonly mode: string
  readonly notice: NotifyCommand
}): Promise<void> {
  const { clock, settings, mode, notice: told } = of
  const { alert, level, message } = told
  const identity = identityAt(clock, mode)
  const redact = redactorOf(settings)
  const word = { key: message, alert, level, message, at: clock.now(), count: 1 }
  const parcel = {
    batch: { ...word, of: [word] as const },
    id: `${identity.instance}-0`,
    dropped: 0,
  }
  const asked = settings.notify.channels.filter(({ levelMin }) => WEIGHT[level] >= WEIGHT[levelMin])
  const all = asked.map(async (channel) => {
    await openChannel(channel, { clock }).deliver(noteOf(parcel, { identity, redact }))
  })
  let stop: Cancel = () => undefined
  const bound = new Promise<void>((resolve) => {
    stop = clock.after(LAST_WORDS_MS, resolve)
  })
  await Promise.race([Promise.allSettled(all), bound])
  stop()
}

interface Post {
  offer(notice: NotifyCommand): void
  /** Over all channels. */
  lost(): number
  close(): Promise<void>
}

interface PostOptions extends OutletsOptions {
  readonly redact: (text: string) => string
  readonly identity: LogIdentity
  readonly log: JsonLog
  /** On the terminal and in the log, but by no channel. */
  readonly shown: (notice: NotifyCommand) => void
}

/** One courier for each channel: one that is away keeps no other waiting. */
function openPost(of: PostOptions): Post {
  const { clock, settings, path, redact, identity, log, shown } = of
  const { channels, rules, daySummary } = settings.notify
  const said = (message: string) => log.write({ level: 'warning', kind: 'spool', message })
  const soon = (work: () => void) => void clock.after(0, work)
  const at = { path: spoolBeside(path), instance: identity.instance }
  const spool = new Spool({ ...at, redact, said, soon })
  spool.keepOnly(channels.map(({ name }) => name))
  const couriers = channels.map((channel) => {
    const { name, levelMin, quiet } = channel
    const opened = openChannel(channel, { clock })
    const courier = new Courier({
      clock,
      rules,
      quiet,
      keep: keepOf(spool, name),
      send: (parcel) => opened.deliver(noteOf(parcel, { identity, redact })),
      said: (level, message) => log.write({ level, kind: 'channel', channel: name, message }),
      refuses: (reason) => refused(name, reason),
    })
    return { name, courier, levelMin }
  })
  const offer = (notice: NotifyCommand, except: string | null = null): void => {
    const { alert, level } = notice
    for (const { name, courier, levelMin } of couriers) {
      const wanted = alert === 'day-summary' ? daySummary : WEIGHT[level] >= WEIGHT[levelMin]
      if (wanted && name !== except) courier.offer(notice)
    }
  }
  const refused = (name: string, reason: string): void => {
    const message = `channel ${name} takes nothing: ${reason}`
    const told = notice('channel-refuses', message, { key: `channel-refuses ${name}` })
    shown(told)
    offer(told, name)
  }
  return {
    offer: (notice) => offer(notice),
    lost: () => couriers.reduce((sum, { courier }) => sum + courier.lost(), 0),
    async close() {
      const untilMs = clock.monotonicMs() + LAST_WORDS_MS
      // What one of them says at its end may be for the others.
      await Promise.all(couriers.map(({ courier }) => courier.settle(LAST_WORDS_MS)))
      const leftMs = Math.max(0, untilMs - clock.monotonicMs())
      await Promise.all(couriers.map(({ courier }) => courier.close(leftMs)))
      spool.close()
    },
  }
}

function keepOf(spool: Spool, channel: string): Keep {
  return {
    waiting: () => spool.waiting(channel),
    added: (told) => spool.added(channel, told),
    ended: (ids) => spool.ended(ids),
  }
}

/** Secrets of every way to people, and account ids, are taken out of every text. */
export function redactorOf({ notify }: Settings): (text: string) => string {
  const { channels, deadMan } = notify
  const all = channels.flatMap(({ to }) => secretsOf(to))
  const secrets = deadMan === null ? all : [...all, deadMan.url]
  // A shorter one is a word like others: taken out, it would make the log unreadable.
  const long = secrets.filter((secret) => secret.reveal().length >= SECRET_LENGTH_MIN)
  const withoutSecrets = redactor(long)
  return (text) => maskedAccounts(withoutSecrets(text))
}

const SECRET_LENGTH_MIN = 6
const WEIGHT = { info: 0, warning: 1, critical: 2 } as const

function newDeadMan(
  target: Target,
  of: { readonly clock: Clock; readonly everyMs: number; readonly log: JsonLog },
): DeadMan {
  const { clock, everyMs, log } = of
  return new DeadMan({
    clock,
    everyMs,
    send: () => send(target, { clock, method: 'GET', body: null }),
    failed: (message) => log.write({ level: 'warning', kind: 'dead-man', message }),
  })
}

export function identityAt(clock: Clock, mode: string): LogIdentity {
  const { pid } = process
  const instance = `${pid}-${clock.now().toString(36)}`
  return { mode, version: version(), commit: commit(), pid, instance }
}

/** On one line, and with no control character of a broker's text in it (T13). */
function coloured({ level, message: text }: NotifyCommand): string {
  const message = plain(text).replaceAll('\n', ' ')
  if (level === 'critical') return pc.red(`critical: ${message}`)
  return level === 'warning' ? pc.yellow(`warning: ${message}`) : message
}

/** What waits to be told: beside the log of the process that accepted it. */
export function spoolBeside(log: string): string {
  return log.replace(/(\.jsonl)?$/, '.spool')
}

/** Beside the journal. */
export function logPath(folder: string, of: 'run' | 'watchdog'): string {
  return join(folder, of === 'run' ? 'log.jsonl' : 'watchdog.jsonl')
}
