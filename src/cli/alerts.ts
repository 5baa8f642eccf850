import pc from 'picocolors'
import { resolve } from 'node:path'
import { SystemClock, type Clock } from '../base/clock.ts'
import { WEBHOOK_URL } from '../config/notify.ts'
import type { Settings } from '../config/settings.ts'
import { utcText } from '../domain/calendar.ts'
import { noteOf } from '../notify/channel.ts'
import { openChannel, placeOf, type ChannelSettings } from '../notify/open-channel.ts'
import { readSpool, type Waiting } from '../notify/spool.ts'
import { settingsFrom } from './config-check.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { identityAt, logPath, redactorOf, spoolBeside } from './outlets.ts'
import { stateFolder } from './state-folder.ts'

export interface AlertsTest {
  readonly config: string
  /** Only this one; null: all. */
  readonly channel: string | null
  readonly json: boolean
}

interface Tried {
  readonly channel: string
  readonly kind: string
  readonly place: string
  readonly ok: boolean
  readonly reason: string | null
  readonly remedy: string | null
}

const LATER_REMEDY = 'look whether its server can be reached from here, then try again'

/** One message through each channel, at once: the bot itself and its spool have no part in it. */
export async function alertsTest(of: AlertsTest, print = printed): Promise<number> {
  const settings = settingsFrom(of.config)
  const channels = chosen(settings.notify.channels, of.channel)
  const clock = new SystemClock()
  const tried = await Promise.all(channels.map((channel) => tryOut(channel, { settings, clock })))
  const good = tried.every(({ ok }) => ok)
  if (of.json) print(JSON.stringify({ ok: good, channels: tried }))
  else for (const each of tried) print(lineOf(each))
  return good ? exitCodes.done : exitCodes.connection
}

async function tryOut(
  channel: ChannelSettings,
  { settings, clock }: { readonly settings: Settings; readonly clock: Clock },
): Promise<Tried> {
  const identity = identityAt(clock, settings.mode)
  const redact = redactorOf(settings)
  const at = clock.now()
  const message = `a test of channel ${channel.name}: if you read this, alerts reach you`
  const told = { key: 'test', alert: 'test', level: 'info', message, at, count: 1 } as const
  const parcel = { batch: { ...told, of: [told] as const }, id: `${identity.instance}-test` }
  const note = noteOf({ ...parcel, dropped: 0 }, { identity, redact })
  const delivery = await openChannel(channel, { clock }).deliver(note)
  const { name, to } = channel
  const place = { channel: name, kind: to.kind, place: placeOf(to) }
  if (delivery.kind === 'delivered') return { ...place, ok: true, reason: null, remedy: null }
  const remedy = delivery.kind === 'refused' ? delivery.remedy : LATER_REMEDY
  return { ...place, ok: false, reason: redact(delivery.reason), remedy }
}

function chosen(
  channels: readonly ChannelSettings[],
  name: string | null,
): readonly ChannelSettings[] {
  if (channels.length === 0) {
    const how = `list them under notify.channels, or set ${WEBHOOK_URL}; docs/alerts.md says how`
    throw new CommandError('usage', `expected a channel, and none is configured: ${how}`)
  }
  if (name === null) return channels
  const found = channels.filter((channel) => channel.name === name)
  if (found.length > 0) return found
  const names = channels.map((channel) => channel.name).join(', ')
  throw new CommandError('usage', `expected one of the channels ${names}; came ${name}`)
}

function lineOf({ channel, kind, place, ok, reason, remedy }: Tried): string {
  const head = `${channel.padEnd(16)}${kind.padEnd(10)}`
  if (ok) return `${head}${pc.green('ok')}      ${place}`
  return `${head}${pc.red('FAILED')}  ${reason ?? 'unknown'}; ${remedy ?? ''}`
}

export interface AlertsList {
  readonly config: string
  /** Instead of the folder of the configuration; null: that one. */
  readonly state: string | null
  readonly json: boolean
}

/** Every channel with its secrets hidden, and what waits to be told. */
export function alertsList(of: AlertsList, print = printed): number {
  const settings = settingsFrom(of.config)
  const { path } = stateFolder(resolve(of.state ?? settings.stateFolder), settings.mode)
  const spools = (['run', 'watchdog'] as const).map((who) => spoolBeside(logPath(path, who)))
  const waiting = spools.flatMap((spool) => [...readSpool(spool).waiting.values()])
  const rows = settings.notify.channels.map((channel) => rowOf(channel, waiting))
  if (of.json) print(JSON.stringify({ channels: rows, waiting: waiting.map(shown) }))
  else {
    if (rows.length === 0) print('no channel is configured: notices go to the log alone')
    for (const row of rows) print(rowText(row))
    for (const each of waiting) print(waitingText(each))
  }
  return exitCodes.done
}

interface Row {
  readonly channel: string
  readonly kind: string
  readonly place: string
  readonly minLevel: string
  readonly quietHours: string | null
  /** Names of the environment variables that it takes its secrets from. */
  readonly secrets: readonly string[]
  readonly waiting: number
}

function rowOf(of: ChannelSettings, all: readonly Waiting[]): Row {
  const { name, to, levelMin, quiet, secrets } = of
  return {
    channel: name,
    kind: to.kind,
    place: placeOf(to),
    minLevel: levelMin,
    quietHours: quiet?.text ?? null,
    secrets,
    waiting: all.filter(({ channel }) => channel === name).length,
  }
}

function rowText({ channel, kind, place, minLevel, quietHours, waiting }: Row): string {
  const quiet = quietHours === null ? '' : `, quiet ${quietHours}`
  const head = `${channel.padEnd(16)}${kind.padEnd(10)}${place}`
  return `${head}, from ${minLevel}${quiet}; secrets hidden; ${waiting} waiting`
}

function waitingText({ channel, told }: Waiting): string {
  const message = told.message.replaceAll('\n', ' ')
  return `  waits for ${channel}: ${utcText(told.at)} ${told.level}: ${message}`
}

function shown({ channel, told: { alert, level, message, at, count } }: Waiting): object {
  return { channel, alert, level, message, at: utcText(at), count }
}

function printed(line: string): void {
  process.stdout.write(`${line}\n`)
}
