import { randomInt } from 'node:crypto'
import type { Clock, EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import type { Result } from '../base/result.ts'
import type { Settings } from '../config/settings.ts'
import type { Fault, Notifier } from '../engine/ports.ts'
import { FileBarStore } from '../history/bar-store.ts'
import { openIbkrData, type IbkrData } from '../ibkr/open.ts'
import type { Probes } from '../ibkr/diagnosis/probes.ts'
import { FileLatch } from '../journal/latch.ts'
import { SqliteJournal } from '../journal/sqlite.ts'
import type { Stretch } from '../validation/plan.ts'
import { minutesOf } from '../validation/plan.ts'
import type { Transport } from '../wire/transport.ts'
import { startBot } from './bot.ts'
import { DRY_RUN_ACCOUNT, openDryBroker } from './dry-run.ts'
import { CommandError } from './exit-codes.ts'
import { noGateway } from './gateway-time.ts'
import { Health } from './health.ts'
import { noticeText } from './notice-text.ts'
import { barsFolder } from './state-folder.ts'
import type { StateFolder } from './state-folder.ts'
import type { Watch } from './validate-watch.ts'
import { symbolsOf, type ValidateWorld } from './validate-world.ts'
import { version } from './version.ts'

export interface GatewayOptions {
  readonly settings: Settings
  readonly folder: StateFolder
  readonly clock: Clock
  readonly probes: Probes
  readonly connect: (port?: number | null) => Promise<Result<Transport, Fault>>
  readonly watch: Watch
  readonly say: (text: string) => void
  readonly pass: ValidateWorld['pass']
}

const FIRST_READY_MS = 60_000

/** A dry run beside whatever else is connected: data only, under a client id of its own. */
export async function openGateway(options: GatewayOptions): Promise<ValidateWorld> {
  const { settings, clock, probes, watch, say } = options
  const { clientIdBase, side, restartWindows } = settings.gateway
  const mode = 'dry-run'
  const notifier = { notify: ({ message }: { readonly message: string }) => say(message) }
  const health = new Health({ clock, notifier, loopDelayP99Ms: null, beat: () => undefined })
  const data = openIbkrData({
    clock,
    probes,
    mode,
    clientIdBase,
    restartWindows,
    pacing: settings.pacing,
    prng: new Prng(randomInt(2 ** 32 - 1)),
    connect: options.connect,
    declared: side,
    account: settings.account,
    allowDelayed: settings.rules.allowDelayed,
    as: 'doctor',
    observed: (observed) => {
      health.observed(observed)
      watch.observed(observed, clock.now())
    },
    told: (code, text) => watch.told(code, text, clock.now()),
    notice: (of, notice) => {
      watch.notice(notice, clock.now())
      say(noticeText(of, notice))
    },
  })
  health.of(data)
  const ready = await data.ready(FIRST_READY_MS)
  if (!ready.ok) {
    await data.close()
    throw noGateway(settings.gateway, ready.error.detail)
  }
  return runOn(options, { data, notifier, health })
}

/** The bot itself, over that data, with orders that go nowhere. */
function runOn(
  options: GatewayOptions,
  of: { readonly data: IbkrData; readonly notifier: Notifier; readonly health: Health },
): ValidateWorld {
  const { settings, folder, clock, pass } = options
  const { data, notifier, health } = of
  const mode = 'dry-run'
  const accountId = settings.account ?? DRY_RUN_ACCOUNT
  const opened = SqliteJournal.open(folder.journal, { mode, accountId })
  if (!opened.ok) throw new CommandError('journal', opened.error.detail)
  const journal = opened.value
  const dry = openDryBroker({ clock, marketData: data.marketData, settings, folder })
  const { broker, marketData } = dry
  const barStore = new FileBarStore(barsFolder(folder, settings.hours))
  const latch = new FileLatch(folder.latch)
  const ports = { clock, broker, marketData, barStore, journal, latch, notifier, health }
  const run = { mode, accountId, version: version() } as const
  const bot = startBot({ settings, ports, ...run, connections: data })
  return {
    clock,
    settings,
    bot,
    ports,
    data,
    journalPath: folder.journal,
    pass,
    isBroken: () => false,
    planted: () => [],
    closed: (stretches) => minutesEach(settings, stretches),
    trades: () => null,
    close: async () => {
      bot.stop()
      dry.close()
      await data.close()
      journal.close()
    },
  }
}

/** What the market had is not known here: a bar for each minute that it was open. */
function minutesEach(settings: Settings, stretches: readonly Stretch[]) {
  const minutes: readonly EpochMs[] = minutesOf(stretches)
  return new Map(symbolsOf(settings).map((symbol) => [symbol, minutes]))
}
