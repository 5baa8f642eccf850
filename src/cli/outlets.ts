import { join } from 'node:path'
import pc from 'picocolors'
import type { Clock } from '../base/clock.ts'
import { maskedAccounts } from '../base/masked.ts'
import { redactor } from '../base/secret.ts'
import type { Settings } from '../config/settings.ts'
import { utcText } from '../domain/calendar.ts'
import type { Notifier } from '../engine/ports.ts'
import { Courier } from '../notify/courier.ts'
import { DeadMan } from '../notify/dead-man.ts'
import { send, type Target } from '../notify/http.ts'
import { JsonLog, type LogIdentity } from '../notify/json-log.ts'
import type { Level, NotifyCommand, Told } from '../notify/outbox.ts'
import { unfailing } from '../notify/unfailing.ts'
import { commit, version } from './version.ts'

/** What reaches people: the log, the terminal, the webhook, the dead-man signal. */
export interface Outlets {
  readonly log: JsonLog
  readonly identity: LogIdentity
  readonly notifier: Notifier
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
  const { webhook, deadMan, deadManEveryMs, levelMin, rules } = settings.notify
  const targets = [webhook, deadMan].filter((target) => target !== null)
  const withoutSecrets = redactor(targets.map(({ url }) => url))
  const redact = (text: string): string => maskedAccounts(withoutSecrets(text))
  const identity = identityAt(clock, mode)
  const log = new JsonLog({ path, clock, identity, redact })
  const courier =
    webhook === null
      ? null
      : new Courier({
          clock,
          rules,
          send: (told, dropped) => {
            const body = JSON.stringify(bodyOf(told, { dropped, identity, redact }))
            return send(webhook, { clock, method: 'POST', body })
          },
          said: (level, text) => log.write({ level, kind: 'webhook', message: text }),
        })
  return {
    log,
    identity,
    notifier: unfailing({
      notify(notice) {
        const { level, message, key = null } = notice
        log.write({ level, kind: 'notice', message, key })
        say(coloured(notice), level)
        if (WEIGHT[level] >= WEIGHT[levelMin]) courier?.offer(notice)
      },
    }),
    deadMan: deadMan === null ? null : newDeadMan(deadMan, { clock, everyMs: deadManEveryMs, log }),
    async close() {
      await courier?.close(LAST_WORDS_MS)
      log.close()
    },
  }
}

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

/** `text` is what chat services show of a generic hook; the rest is for whoever reads fields. */
function bodyOf(
  told: Told,
  of: {
    readonly dropped: number
    readonly identity: LogIdentity
    readonly redact: (text: string) => string
  },
): object {
  const { dropped, identity, redact } = of
  const message = redact(told.message)
  const times = told.count > 1 ? ` (${told.count} times)` : ''
  return {
    text: `${told.level}: ${identity.mode}: ${message}${times}`,
    level: told.level,
    message,
    count: told.count,
    time: utcText(told.at),
    dropped,
    ...identity,
  }
}

function identityAt(clock: Clock, mode: string): LogIdentity {
  const { pid } = process
  const instance = `${pid}-${clock.now().toString(36)}`
  return { mode, version: version(), commit: commit(), pid, instance }
}

function coloured({ level, message }: NotifyCommand): string {
  if (level === 'critical') return pc.red(`critical: ${message}`)
  return level === 'warning' ? pc.yellow(`warning: ${message}`) : message
}

/** Beside the journal. */
export function logPath(folder: string, of: 'run' | 'watchdog'): string {
  return join(folder, of === 'run' ? 'log.jsonl' : 'watchdog.jsonl')
}
