import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import pc from 'picocolors'
import type { EpochMs } from '../base/clock.ts'
import { nextSession, sessionOf, type Hours, type Session } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { addDays } from '../domain/date.ts'
import { Sightings } from '../engine/sighting.ts'
import { observedOf } from '../config/observed.ts'
import type { Settings } from '../config/settings.ts'
import { generatedMarket } from '../simulator/market/generated-market.ts'
import type { Market } from '../simulator/market/market.ts'
import { openReplay } from '../simulator/market/replay.ts'
import { settingsFrom } from './config-check.ts'
import { withOwn } from './own-load.ts'
import type { LinkAsked } from '../cockpit/answering.ts'
import { serveControl } from './control.ts'
import { demoConfig } from './demo-config.ts'
import { howToGetIn, openDemoDashboard } from './demo-dashboard.ts'
import { resultOf } from './demo-report.ts'
import { DemoScreen, summaryText } from './demo-screen.ts'
import { openDemo, type Demo } from './demo-world.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { onStopSignal, untilAsked } from './signals.ts'
import { openScreen, screenNotifier, type Screen } from './screen.ts'
import { forgetDemo, makeStateFolder, stateFolder } from './state-folder.ts'
import { typed } from './typed.ts'
import { version } from './version.ts'

export interface DemoCommand {
  /** Null: the one that ships for what is traded. */
  readonly config: string | null
  readonly days: number
  /** Virtual seconds a second; null is as fast as it goes. */
  readonly speed: number | null
  readonly seed: number
  readonly symbols: readonly Ticker[] | null
  readonly date: CalendarDate
  readonly replay: string | null
  readonly state: string | null
  readonly json: boolean
  /** The dashboard beside it; `serve`: after the last day too, until somebody stops it. */
  readonly dashboard: boolean
  readonly serve: boolean
  /** Of the dashboard; null: that of the configuration. */
  readonly port: number | null
}

/** A quarter of an hour before the open: connected, backfilled and reconciled when it comes. */
const EARLY_MS = 900_000
/** After the last bar was decided, and what it led to has come to rest. */
const LATE_MS = 120_000

/** Trades simulated or recorded days in front of the user; the exit code. */
export async function demo(command: DemoCommand): Promise<number> {
  const config = demoConfig(command)
  if (config.doubt !== null) process.stderr.write(`${pc.yellow(config.doubt)}\n`)
  const { settings: configured, warnings } = await withOwn(settingsFrom(config.path))
  for (const warning of warnings) process.stderr.write(`${pc.yellow(warning)}\n`)
  if (configured.mode !== 'demo') {
    const detail = `expected mode demo in ${config.path}, came ${configured.mode}`
    throw new CommandError('usage', `${detail}; the command run trades the other modes`)
  }
  const symbols = command.symbols ?? configured.symbols.map((each) => each.underlying.symbol)
  const { hours } = configured
  const days = daysFrom(command, hours)
  const listed = [...new Set([...symbols, ...observedOf(configured)])]
  const market = marketOf(command, { symbols, listed }, { days, hours })
  const settings = withSymbols(configured, symbols, market)
  const folder = stateFolder(resolve(command.state ?? settings.stateFolder), 'demo', command)
  makeStateFolder(folder)
  const hadJournal = existsSync(folder.journal)
  forgetDemo(folder)
  const screen = openScreen(process.stdout, command.json)
  const [first] = days
  if (first === undefined) throw new CommandError('usage', 'expected at least one trading day')
  const start = (first.open - EARLY_MS) as EpochMs
  const notifier = screenNotifier(screen)
  const { seed } = command
  const sightings = new Sightings()
  const world = await openDemo({
    settings,
    folder,
    market,
    seed,
    start,
    version: version(),
    notifier,
    observer: sightings,
  })
  const ofMatching = market.describe.includes(`seed ${seed}`) ? '' : `seed ${seed} of fills; `
  screen.line(`${market.describe}; ${ofMatching}${relative('', config.path)}`)
  if (hadJournal) screen.line('the journal of the demo before this one is replaced by this one')
  const shown = { command, settings, file: config.path, folder, sightings, notifier }
  const dashboard = command.dashboard ? openDemoDashboard(world, shown) : null
  const closeControl = await serveControl(folder.controlSocket, {
    view: world.bot.engine.view(),
    whatIf: null, // whose Gateway is simulated needs no proof of it
    ...(dashboard && { link: (asked: LinkAsked) => dashboard.link(asked) }),
  })
  const stopped = onStopSignal(() => world.clock.stop())
  if (dashboard !== null) for (const line of await howToGetIn(dashboard)) screen.line(line)
  watch(world, new DemoScreen(screen, symbols))
  const complete = await trade(world, { days, speed: command.speed, stopped: () => stopped.asked })
  if (command.serve && complete) await goOn(world, days, screen)
  await world.clock.runUntil(world.clock.now())
  closeControl()
  await dashboard?.close()
  screen.close()
  const marketBars = barsOf(market, symbols, { days, hours })
  const dates = days.map((day) => day.date)
  const of = { demo: world, journalPath: folder.journal, seed, days: dates, symbols }
  const { result, report } = resultOf({ ...of, marketBars, complete })
  await closeDemo(world)
  stopped.leave()
  const explain = typed('explain ID', folder)
  const text = command.json ? JSON.stringify(result) : summaryText(result, report, explain)
  process.stdout.write(`${text}\n`)
  return result.violations === 0 ? exitCodes.done : exitCodes.violated
}

/** Through the days; the nights pass as fast as they can. False when somebody stopped it. */
async function trade(
  { clock }: Demo,
  run: {
    readonly days: readonly Session[]
    readonly speed: number | null
    readonly stopped: () => boolean
  },
): Promise<boolean> {
  for (const day of run.days) {
    clock.setSpeed(null)
    await clock.runUntil((day.open - 60_000) as EpochMs)
    if (run.stopped()) return false
    clock.setSpeed(run.speed)
    await clock.runUntil((day.close + LATE_MS) as EpochMs)
    if (run.stopped()) return false
  }
  clock.setSpeed(null)
  return true
}

/** The page stays until somebody stops it; till the next open time passes as it does outside. */
async function goOn({ clock }: Demo, days: readonly Session[], screen: Screen): Promise<void> {
  screen.line('the days are over; the dashboard stays until Ctrl-C')
  const asked = untilAsked()
  const last = days.at(-1)
  const next = last === undefined ? null : nextSession(last.date)
  clock.setSpeed(1)
  if (next !== null) await clock.runUntil((next.open - EARLY_MS) as EpochMs)
  clock.setSpeed(null) // from here on time stands
  await asked
}

function watch({ bot, clock }: Demo, screen: DemoScreen): void {
  bot.engine.subscribe((event, state) => screen.event(event, state, clock.now()))
  const draw = (): void => {
    screen.draw(bot.engine.state, clock.now())
    clock.after(5_000, draw)
  }
  draw()
}

/** The connections close on virtual time, which must go on until they have. */
export async function closeDemo(world: Demo): Promise<void> {
  const closed = world.close()
  await world.clock.runUntil((world.clock.now() + 5_000) as EpochMs)
  await closed
}

/** Symbols that the configuration does not name are listed as the market has them. */
export function withSymbols(settings: Settings, only: readonly Ticker[], market: Market): Settings {
  const [model] = settings.symbols
  const symbols = only.flatMap((symbol) => {
    const named = settings.symbols.find((each) => each.underlying.symbol === symbol)
    const listed = market.underlyings.find(({ contract }) => contract.symbol === symbol)
    if (named !== undefined) return [named]
    if (model === undefined || listed === undefined) return []
    const { kind, exchange, currency } = listed.contract
    return [{ ...model, underlying: { kind, symbol, exchange, currency } }]
  })
  return { ...settings, symbols }
}

/** `days` sessions from the date on, that day included if it is one. */
function daysFrom({ date, days }: DemoCommand, hours: Hours): readonly Session[] {
  const found: Session[] = []
  const first = sessionOf(date, hours) ?? nextSession(date, hours)
  for (let day = first; day !== null && found.length < days;) {
    found.push(day)
    day = nextSession(day.date, hours)
  }
  if (found.length === days) return found
  throw new CommandError('usage', `expected ${days} sessions from ${date} within the calendar`)
}

interface Traded {
  readonly days: readonly Session[]
  readonly hours: Hours
}

function marketOf(
  command: DemoCommand,
  { symbols, listed }: { readonly symbols: readonly Ticker[]; readonly listed: readonly Ticker[] },
  { days, hours }: Traded,
): Market {
  if (command.replay === null) {
    const start = addDays(command.date, 0)
    return generatedMarket({ seed: command.seed, start, symbols: listed, hours })
  }
  if (hours === 'all') {
    const detail = 'recorded days hold regular hours alone'
    throw new CommandError('usage', `expected schedule.hours regular with --replay: ${detail}`)
  }
  const dir = resolve(command.replay)
  const market = openReplay({ dir, symbols, dates: days.map((day) => day.date) })
  if (!market.ok) throw new CommandError('usage', market.error)
  return market.value
}

/** Counted at the source: what the bot must have decided on. */
function barsOf(
  market: Market,
  symbols: readonly Ticker[],
  { days, hours }: Traded,
): ReadonlyMap<Ticker, number> {
  return new Map(
    symbols.map((symbol) => {
      const listed = market.underlyings.find(({ contract }) => contract.symbol === symbol)
      if (listed === undefined) return [symbol, 0]
      const bars = days.map(({ open, close }) =>
        market.bars(listed.contract.conId, { size: '1m', from: open, to: close, at: close, hours }),
      )
      return [symbol, bars.flat().length]
    }),
  )
}
