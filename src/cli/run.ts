import { resolve } from 'node:path'
import { SystemClock, type Cancel, type Clock } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import type { Settings } from '../config/settings.ts'
import { coversYearsFrom } from '../domain/calendar.ts'
import type { Mode } from '../domain/account.ts'
import type { Broker, Latch, MarketData } from '../engine/ports.ts'
import { FileBarStore } from '../history/bar-store.ts'
import type { Notice } from '../ibkr/link.ts'
import { openIbkr, openIbkrData, type IbkrData } from '../ibkr/open.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { FileLatch } from '../journal/latch.ts'
import { FileOrderIds } from '../journal/order-ids.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import { LogNotifier } from '../notify/log.ts'
import { startBot } from './bot.ts'
import { settingsFrom } from './config-check.ts'
import { serveControl } from './control.ts'
import { eventText, timeText } from './describe.ts'
import { openDryBroker, DRY_RUN_ACCOUNT } from './dry-run.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { gatewayTime } from './gateway-time.ts'
import { noticeText } from './notice-text.ts'
import { onStopSignal } from './signals.ts'
import { makeStateFolder, stateFolder, type StateFolder } from './state-folder.ts'
import { version } from './version.ts'

export interface RunCommand {
  readonly config: string
  readonly dryRun: boolean
  /** Take date and time from the Gateway: for simulators whose market is at another date. */
  readonly gatewayTime: boolean
  readonly state: string | null
  readonly json: boolean
}

/** How long the first connection may take before the command gives up (client-library.md S3). */
const FIRST_READY_MS = 30_000

/** Trades through a Gateway until it is asked to stop. */
export async function run(command: RunCommand): Promise<number> {
  const settings = settingsFrom(command.config)
  const mode = modeOf(settings, command.dryRun)
  const { host, port } = settings.gateway
  const clock = command.gatewayTime ? await gatewayTime(settings.gateway) : new SystemClock()
  if (!coversYearsFrom(clock.now())) {
    throw new CommandError(
      'usage',
      'the exchange calendar does not cover this year and the next; upgrade',
    )
  }
  const folder = stateFolder(resolve(command.state ?? settings.stateFolder), mode)
  makeStateFolder(folder, false)
  const accountId = settings.account ?? DRY_RUN_ACCOUNT
  const journal = SqliteJournal.open(folder.journal, { mode, accountId })
  if (!journal.ok) throw new CommandError('journal', journal.error.detail)
  const say = (text: string): void => {
    if (!command.json) process.stdout.write(`${timeText(clock.now())} ${mode} ${text}\n`)
  }
  const latch = new FileLatch(folder.latch)
  // A broken truth of ours must end the process: the next start folds, reconciles and goes on.
  let broken: (defect: unknown) => void = () => undefined
  const defect = new Promise<never>((_, reject) => {
    broken = reject
  })
  defect.catch(() => undefined) // heard below, once there is something to end
  const connections = connect({ clock, settings, mode, folder, latch, say, broken })
  const ready = await connections.data.ready(FIRST_READY_MS)
  if (!ready.ok) {
    await connections.data.close()
    journal.value.close()
    throw new CommandError(
      'connection',
      `expected IB Gateway at ${host}:${port}: ${ready.error.detail}`,
    )
  }
  const ports = {
    clock,
    broker: connections.broker,
    marketData: connections.marketData,
    barStore: new FileBarStore(folder.bars),
    journal: journal.value,
    latch,
    notifier: new LogNotifier(clock, say),
  }
  const bot = startBot({
    settings,
    ports,
    mode,
    accountId,
    version: version(),
    connections: connections.data,
  })
  bot.engine.subscribe((event, state) => {
    const text = eventText(event, state)
    if (text !== null) say(text)
  })
  const closeControl = await serveControl(folder.controlSocket, bot.engine.view())
  say(
    `ready at ${host}:${port}, account ${accountId}; Ctrl-C stops it, what rests at the broker stays`,
  )
  const asked = new Promise<void>((done) => {
    onStopSignal(done)
  })
  await Promise.race([asked, defect])
  closeControl()
  bot.stop()
  connections.close()
  await connections.data.close()
  const { counters } = connections.data
  const { seq } = bot.engine.state
  journal.value.close()
  if (command.json) {
    const { orderFramesSent, historicalRequests } = counters
    process.stdout.write(
      `${JSON.stringify({ mode, accountId, seq, orderFramesSent, historicalRequests })}\n`,
    )
  }
  return exitCodes.done
}

function modeOf(settings: Settings, dryRun: boolean): 'dry-run' | 'paper' {
  switch (settings.mode) {
    case 'live':
      if (dryRun) return 'dry-run'
      throw new CommandError(
        'refused',
        'mode live is not in this version: what is missing is arming for the day, the daily watch over every ' +
          'limit of promises.md, and the watchdog; use mode paper, or --dry-run',
      )
    case 'demo':
      throw new CommandError(
        'usage',
        'mode demo needs no Gateway: use the command demo, or set mode dry-run or paper',
      )
    default:
      return dryRun ? 'dry-run' : settings.mode
  }
}

interface Connecting {
  readonly clock: Clock
  readonly settings: Settings
  readonly mode: Mode
  readonly folder: StateFolder
  readonly latch: Latch
  readonly say: (text: string) => void
  readonly broken: (defect: unknown) => void
}

interface Connections {
  readonly data: IbkrData
  readonly broker: Broker
  readonly marketData: MarketData
  readonly close: Cancel
}

/** Dry-run opens the data connection alone: there is no order connection to be called. */
function connect(of: Connecting): Connections {
  const { clock, settings, mode, folder, latch, say, broken } = of
  const { host, port, clientIdBase, side } = settings.gateway
  const dialer = new TcpDialer({ host, port, clock })
  const options = {
    clock,
    prng: new Prng(clock.now()),
    connect: () => dialer.connect(),
    mode,
    declared: side,
    clientIdBase,
    notice: (name: string, notice: Notice) => {
      say(noticeText(name, notice))
      if (notice.kind === 'defect') broken(notice.error)
    },
  }
  if (mode === 'dry-run') {
    const data = openIbkrData({
      ...options,
      account: settings.account,
      allowDelayed: settings.rules.allowDelayed,
    })
    return { data, ...openDryBroker({ clock, marketData: data.marketData, settings, folder }) }
  }
  const account = settings.account ?? ''
  const orderIds = new FileOrderIds(folder.orderIds)
  const data = openIbkr({ ...options, account, orderIds, latch })
  return { data, broker: data.broker, marketData: data.marketData, close: () => undefined }
}
