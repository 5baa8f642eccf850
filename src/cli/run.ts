import { resolve } from 'node:path'
import pc from 'picocolors'
import { SystemClock, type Cancel, type Clock, type EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import type { Settings } from '../config/settings.ts'
import { notice, type NoticeCommand } from '../domain/alert.ts'
import { coversYearsFrom, newYorkDate } from '../domain/calendar.ts'
import type { StockKey, Ticker, UnderlyingKey } from '../domain/contract.ts'
import type { Broker, Latch, MarketData } from '../engine/ports.ts'
import { FileBarStore } from '../history/bar-store.ts'
import type { Notice } from '../ibkr/session/link.ts'
import { openIbkr, openIbkrData, type IbkrData } from '../ibkr/open.ts'
import { systemProbes } from '../ibkr/diagnosis/probes.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { FileArm } from '../journal/arm.ts'
import { messageOf } from '../journal/files.ts'
import { FileLatch } from '../journal/latch.ts'
import { FileOrderIds } from '../journal/order-ids.ts'
import { StartRefused } from '../engine/start-refused.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { eventRecord } from '../notify/event-record.ts'
import { Sightings } from '../engine/sighting.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import { startBot } from './bot.ts'
import type { Bot, BotParts } from './bot.ts'
import { settingsFrom } from './config-check.ts'
import type { Answering, LinkAsked } from '../cockpit/answering.ts'
import { serveControl } from './control.ts'
import { eventText, timeText } from '../cockpit/describe.ts'
import { openRunDashboard } from './run-dashboard.ts'
import { openDryBroker, DRY_RUN_ACCOUNT } from './dry-run.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { gatewayGreeting, noGateway } from './gateway-time.ts'
import type { Health } from './health.ts'
import { LiveStage, watchStage } from './live-stage.ts'
import { latchText } from './latch-told.ts'
import {
  armText,
  chainOf,
  disarmIfKilled,
  keepArm,
  LiveStart,
  liveStage,
  mustBeConfirmed,
  recounted,
} from './live-start.ts'
import { noticeLevel, noticeText } from './notice-text.ts'
import { logPath, openOutlets, tellRefusedStart, type Outlets } from './outlets.ts'
import { withOwn } from './own-load.ts'
import { panicAtWork } from './panic.ts'
import { restartHook } from './restart-hook.ts'
import { untilAsked } from './signals.ts'
import { barsFolder, makeStateFolder, stateFolder, type StateFolder } from './state-folder.ts'
import { notedPictures, startTelling } from './telling.ts'
import { version } from './version.ts'
import { watched } from './watched.ts'

export interface RunCommand {
  readonly config: string
  readonly dryRun: boolean
  /** Only these of the symbols of the file; null: all. */
  readonly symbols: readonly Ticker[] | null
  /** Take date and time from the Gateway: for simulators whose market is at another date. */
  readonly gatewayTime: boolean
  readonly state: string | null
  readonly json: boolean
  /** It stops when the process that started it is gone. */
  readonly withParent: boolean
}

/** How long the first connection may take before the command gives up (client-library.md S3). */
const FIRST_READY_MS = 30_000

/** Trades through a Gateway until it is asked to stop. */
export async function run(command: RunCommand): Promise<number> {
  // From the first moment on: a supervisor may stop what still starts.
  const asked = untilAsked({ withParent: command.withParent })
  const named = only(settingsFrom(command.config), command.symbols)
  const { settings, warnings } = await withOwn(named)
  const mode = modeOf(settings, command.dryRun)
  const start: Start = { asked, settings, warnings, mode, isTelling: false }
  try {
    return await begun(command, start)
  } catch (error) {
    // From the outlets on they tell it; before, nobody else would.
    const word = { clock: new SystemClock(), settings, mode, notice: lastWords(error) }
    if (!start.isTelling) await tellRefusedStart(word)
    throw error
  }
}

interface Start {
  readonly asked: Promise<void>
  readonly settings: Settings
  readonly warnings: readonly string[]
  readonly mode: RunMode
  /** The outlets are open. */
  isTelling: boolean
}

async function begun(command: RunCommand, start: Start): Promise<number> {
  const { asked, settings, warnings, mode } = start
  const accountId = settings.account ?? DRY_RUN_ACCOUNT
  const greeting = await Promise.race([gatewayGreeting(settings.gateway), asked])
  // A stop is a stop, whatever the Gateway has not answered yet (X20).
  if (greeting === undefined) return ended(command, { mode, accountId, ...NOTHING_DONE })
  const clock = command.gatewayTime ? greeting.clock : new SystemClock()
  const rehearsal = rehearsalOf(command.gatewayTime, greeting.isSimulated)
  if (!coversYearsFrom(clock.now())) {
    const detail = 'the exchange calendar does not cover this year and the next'
    throw new CommandError('usage', `${detail}; upgrade`)
  }
  const root = resolve(command.state ?? settings.stateFolder)
  const folder = stateFolder(root, mode, command)
  makeStateFolder(folder)
  const say = (text: string, level: 'info' | 'warning' | 'critical' = 'info'): void => {
    // With --json stdout is for the one object; what a person must hear is said all the same.
    if (command.json && level !== 'info') process.stderr.write(`${text}\n`)
    if (!command.json) process.stdout.write(`${timeText(clock.now())} ${mode} ${text}\n`)
  }
  const live = mode === 'live' ? liveBegun(settings, { root, folder, clock, say }) : null
  const journal = SqliteJournal.open(folder.journal, { mode, accountId })
  if (!journal.ok) throw new CommandError('journal', journal.error.detail)
  live?.start.passed('single-instance lock', 'held, and the chain is right with it')
  const outlets = openOutlets({ clock, settings, mode, path: logPath(folder.path, 'run'), say })
  start.isTelling = true
  const latched = latchText(folder, clock.now())
  if (latched !== null) {
    say(pc.red(latched), 'warning')
    outlets.log.write({ level: 'warning', kind: 'latched', message: latched })
  }
  for (const message of warnings) outlets.notifier.notify(notice('config-warning', message))
  try {
    const opened = {
      clock,
      config: command.config,
      isSimulated: greeting.isSimulated,
      settings,
      mode,
      accountId,
      folder,
      say,
      asked,
      outlets,
      live,
      rehearsal,
    }
    const done = await trade({ ...opened, journal: journal.value })
    return ended(command, { mode, accountId, ...done })
  } catch (error) {
    outlets.notifier.notify(lastWords(error))
    throw error
  } finally {
    await outlets.close()
    journal.value.close()
  }
}

/** With --json the one object, however early it ends. */
function ended({ json }: RunCommand, done: Done & Pick<Opened, 'mode' | 'accountId'>): number {
  if (json) process.stdout.write(`${JSON.stringify(done)}\n`)
  return exitCodes.done
}

/** What is proven before anything is locked or connected. */
function liveBegun(
  settings: Settings,
  of: {
    readonly root: string
    readonly folder: StateFolder
    readonly clock: Clock
    readonly say: Opened['say']
  },
): Live {
  const { root, folder, clock, say } = of
  const start = new LiveStart(say)
  const promotion = liveStage(settings, root, say)
  start.passed('configuration', `confirmed for ${settings.account}, stage ${promotion.stage}`)
  start.passed('journal hash chain', chainOf(folder.journal))
  disarmIfKilled(folder, say)
  const stage = new LiveStage({
    stage: promotion.stage,
    override: settings.live.promotion.override,
    at: clock.now(),
    recount: () => recounted(settings, root),
  })
  return { start, stage }
}

/** Why nothing that comes of this run is evidence for live; null: it may be. */
function rehearsalOf(gatewayTime: boolean, isSimulated: boolean): string | null {
  if (isSimulated) return 'the Gateway says that it is simulated'
  return gatewayTime ? "it runs on the Gateway's own date and time" : null
}

/** A Gateway that is not there yet wakes nobody: a watchdog starts us again, and says so. */
function lastWords(error: unknown): NoticeCommand {
  const expected = error instanceof CommandError
  const away = expected && error.code === exitCodes.connection
  const why = expected ? error.message : `defect: ${messageOf(error)}`
  return notice('bot-ended', `the bot ends: ${why}`, { level: away ? 'warning' : 'critical' })
}

/** At the stage of one contract risk itself sizes no more; the last look sees to it as well. */
function heldTo(settings: Settings, entryQuantityMax: number | null): Settings {
  if (entryQuantityMax === null) return settings
  const { rules } = settings
  const quantityMax = Math.min(rules.limits.quantityMax, entryQuantityMax)
  return { ...settings, rules: { ...rules, limits: { ...rules.limits, quantityMax } } }
}

/** Of mode live alone. */
interface Live {
  readonly start: LiveStart
  readonly stage: LiveStage
}

interface Opened {
  readonly clock: Clock
  /** The file. */
  readonly config: string
  readonly isSimulated: boolean
  readonly settings: Settings
  readonly mode: RunMode
  readonly live: Live | null
  readonly rehearsal: string | null
  readonly accountId: string
  readonly folder: StateFolder
  readonly journal: SqliteJournal
  readonly say: (text: string, level?: 'info' | 'warning' | 'critical') => void
  readonly asked: Promise<void>
  readonly outlets: Outlets
}

interface Done {
  readonly seq: number
  readonly orderFramesSent: number
  readonly historicalRequests: number
}

const NOTHING_DONE: Done = { seq: 0, orderFramesSent: 0, historicalRequests: 0 }

const STAYS = 'what rests at the broker stays'

async function trade(of: Opened): Promise<Done> {
  const { clock, settings, mode, accountId, folder, journal, say, asked, outlets, live } = of
  const { host, port } = settings.gateway
  const latch = new FileLatch(folder.latch)
  const defect = new Defect()
  const vitals = watched(of)
  const { health } = vitals
  const { data, broker, marketData, whatIf, close } = connect({ ...of, latch, defect, health })
  health.of(data)
  try {
    const ready = await Promise.race([data.ready(FIRST_READY_MS), asked])
    if (ready === undefined) return doneWith(data, 0)
    if (!ready.ok) throw noGateway(settings.gateway, ready.error.detail)
    live?.start.passed('account, port and mode', `${accountId} behind live port ${port}`)
    live?.start.passed('arm for today', armText(folder, accountId, clock))
    const barStore = new FileBarStore(barsFolder(folder, settings.hours))
    const { notifier } = outlets
    const pictures = notedPictures(broker, clock)
    const sightings = new Sightings()
    const beside = { notifier, health, observer: sightings, broker: pictures.broker }
    const ports = { clock, marketData, barStore, journal, latch, ...beside }
    const run = { mode, accountId, version: version() }
    const held = live === null ? settings : heldTo(settings, live.stage.quantityMax)
    const bot = botStarted({
      settings: held,
      ports,
      ...run,
      connections: data,
      rehearsal: of.rehearsal,
    })
    if (of.rehearsal !== null) say(`no evidence for live: ${of.rehearsal}`)
    const { engine } = bot
    const unwatch = live && watchStage({ stage: live.stage, engine, clock, notifier })
    keepArm(bot.engine, folder, say)
    follow(of, bot.engine, pictures.answeredAt)
    const view = bot.engine.view()
    const stopTelling = startTelling({ clock, view, ...outlets, folder: folder.path })
    const whyNoResume = () => panicAtWork(folder)
    const dashboard = openRunDashboard({ ...of, view, sightings, whyNoResume })
    const closeControl = await serveControl(folder.controlSocket, {
      view,
      whatIf,
      whyNoResume,
      ...(dashboard && { link: (asked: LinkAsked) => dashboard.link(asked) }),
    })
    const started = { config: settings.hash, seq: bot.engine.state.seq }
    outlets.log.write({ level: 'info', kind: 'run-started', mode, accountId, ...started })
    say(`ready at ${host}:${port}, account ${accountId}; Ctrl-C stops it`)
    await Promise.race([asked, defect.heard])
    say(`stopping; ${mode === 'dry-run' ? 'no order is at a broker' : STAYS}`)
    outlets.log.write({ level: 'info', kind: 'run-ended', seq: bot.engine.state.seq })
    closeControl()
    stopTelling()
    unwatch?.()
    await dashboard?.close()
    bot.stop()
    return doneWith(data, bot.engine.state.seq)
  } finally {
    vitals.stop()
    close()
    await data.close()
  }
}

/** Log, terminal and dead-man signal, by every event. */
function follow(of: Opened, engine: Bot['engine'], pictureAt: () => EpochMs | null): void {
  const { clock, mode, outlets, say, live } = of
  let reconciled = engine.state.link === 'up'
  const heard = (event: Event, state: State, seq: number): void => {
    outlets.log.write(eventRecord(event, state, seq))
    if (event.type === 'CycleEnded') {
      const { link, incidents } = state
      const way = { mode, link, incidents: incidents.size, pictureAt: pictureAt() }
      outlets.deadMan?.cycleEnded(event.outcome, { ...way, now: clock.now() })
    }
    const text = eventText(event, state)
    if (text !== null) say(text)
    if (reconciled || state.link !== 'up') return
    reconciled = true
    live?.start.passed('reconciliation', `clean in epoch ${state.epoch}; entries may follow`)
  }
  engine.subscribe((event, state, seq) => outlets.guard.run(() => heard(event, state, seq)))
}

function botStarted(parts: BotParts): Bot {
  try {
    return startBot(parts)
  } catch (error) {
    throw error instanceof StartRefused ? new CommandError('usage', error.message) : error
  }
}

function doneWith({ counters }: IbkrData, seq: number): Done {
  const { orderFramesSent, historicalRequests } = counters
  return { seq, orderFramesSent, historicalRequests }
}

/** A broken truth of ours ends the process: the next start folds, reconciles and goes on. */
class Defect {
  readonly heard: Promise<never>
  #tell: (error: unknown) => void = () => undefined

  constructor() {
    this.heard = new Promise((_, reject) => {
      this.#tell = reject
    })
    this.heard.catch(() => undefined) // it may come before anybody waits for it
  }

  tell(error: unknown): void {
    this.#tell(error)
  }
}

function only(settings: Settings, symbols: readonly Ticker[] | null): Settings {
  if (symbols === null) return settings
  const listed = settings.symbols.map(({ underlying }) => underlying.symbol)
  const unknown = symbols.filter((symbol) => !listed.includes(symbol))
  if (unknown.length > 0) {
    const detail = `expected symbols of the configuration, ${listed.join(', ')}`
    throw new CommandError('usage', `${detail}; came ${unknown.join(', ')}`)
  }
  const kept = settings.symbols.filter(({ underlying }) => symbols.includes(underlying.symbol))
  return { ...settings, symbols: kept }
}

export type RunMode = 'dry-run' | 'paper' | 'live'

export function modeOf(settings: Settings, dryRun: boolean): RunMode {
  switch (settings.mode) {
    case 'live':
      if (dryRun) return 'dry-run'
      mustBeConfirmed(settings)
      return 'live'
    case 'demo':
      throw new CommandError(
        'usage',
        'mode demo needs no Gateway: use the command demo, or set mode dry-run or paper',
      )
    default:
      return dryRun ? 'dry-run' : settings.mode
  }
}

interface Connecting extends Pick<
  Opened,
  'clock' | 'settings' | 'mode' | 'folder' | 'say' | 'outlets' | 'live'
> {
  readonly health: Health
  readonly latch: Latch
  readonly defect: Defect
}

interface Connections {
  readonly data: IbkrData
  readonly broker: Broker
  readonly marketData: MarketData
  readonly whatIf: Answering['whatIf']
  readonly close: Cancel
}

/** Dry-run opens the data connection alone: there is no order connection to be called. */
function connect(of: Connecting): Connections {
  const { clock, settings, mode, folder, latch, say, outlets, health, defect, live } = of
  const { host, port, clientIdBase, side } = settings.gateway
  const dialer = new TcpDialer({ host, port, clock })
  const probes = systemProbes(clock)
  const options = {
    clock,
    prng: new Prng(clock.now()),
    connect: (otherPort: number | null = null) => dialer.connect(otherPort),
    probes,
    restartWindows: settings.gateway.restartWindows,
    restartGateway: restartHook(settings.gateway, say),
    declared: side,
    clientIdBase,
    pacing: settings.pacing,
    observed: health.observed,
    notice: (name: string, of: Notice) => {
      const message = noticeText(name, of)
      const level = noticeLevel(of)
      if (of.kind === 'defect') outlets.notifier.notify(notice('defect', message))
      else if (level === 'critical') outlets.notifier.notify(notice('connection-refused', message))
      else say(message)
      outlets.log.write({ level, kind: of.kind, connection: name, message })
      if (of.kind === 'defect') defect.tell(of.error)
    },
  }
  if (mode === 'dry-run') {
    const data = openIbkrData({
      ...options,
      mode,
      account: settings.account,
      allowDelayed: settings.rules.allowDelayed,
    })
    const dry = openDryBroker({ clock, marketData: data.marketData, settings, folder })
    return { data, ...dry, whatIf: null, close: () => [dry.close(), probes.close()] }
  }
  const account = settings.account ?? ''
  const orderIds = orderIdsIn(folder)
  const { look } = settings
  const armed = live === null ? {} : { live: liveLook({ clock, folder, live }) }
  const data = openIbkr({ ...options, mode, account, orderIds, latch, look, ...armed })
  const stock = settings.symbols.map(({ underlying }) => underlying).find(isStock)
  const whatIf = stock === undefined ? null : () => data.whatIf(stock)
  const { broker, marketData } = data
  return { data, broker, marketData, whatIf, close: () => probes.close() }
}

/** Read by the last look before every entry frame, whatever the engine believes. */
function liveLook(of: {
  readonly clock: Clock
  readonly folder: StateFolder
  readonly live: Live
}) {
  const { clock, folder, live } = of
  const arm = new FileArm(folder.arm)
  return {
    readArm: () => arm.read(),
    today: () => newYorkDate(clock.now()),
    entryQuantityMax: () => live.stage.quantityMax,
  }
}

function isStock(key: UnderlyingKey): key is StockKey {
  return key.kind === 'stock'
}

export function orderIdsIn(folder: StateFolder): FileOrderIds {
  try {
    return new FileOrderIds(folder.orderIds)
  } catch (error) {
    throw new CommandError('journal', messageOf(error))
  }
}
