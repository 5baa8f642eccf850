import { resolve } from 'node:path'
import pc from 'picocolors'
import { SystemClock, type Cancel, type EpochMs } from '../base/clock.ts'
import { newYorkDate, nextSession, sessionOf } from '../domain/calendar.ts'
import type { Hours } from '../domain/calendar.ts'
import type { CalendarDate, Ticker } from '../domain/contract.ts'
import { DEFAULT_ACCOUNT } from '../simulator/broker/core.ts'
import { generatedMarket } from '../simulator/market/generated-market.ts'
import { SimulatedGateway } from '../simulator/gateway.ts'
import type { Market } from '../simulator/market/market.ts'
import { openReplay } from '../simulator/market/replay.ts'
import type { Scenario } from '../simulator/faults/scenario.ts'
import { contractText, timeText } from '../cockpit/describe.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { loadScenario, playFromFirstClient, startFor } from './scenarios.ts'
import { untilAsked } from './signals.ts'

export interface SimulateCommand {
  readonly port: number
  readonly seed: number
  /** Null: the market is at today's date and time. */
  readonly start: EpochMs | null
  readonly symbols: readonly Ticker[] | null
  readonly replay: string | null
  readonly date: CalendarDate | null
  /** In which the generated stocks trade. */
  readonly hours: Hours
  /** What AccountType says. */
  readonly accountType: string
  /** Null: nothing breaks. */
  readonly scenario: string | null
  readonly json: boolean
  /** One JSON object a line, as it happens, and each second what was counted. */
  readonly events: boolean
  /** It stops when the process that started it is gone. */
  readonly withParent: boolean
}

const COUNT_MS = 1_000

/** Serves one simulated Gateway in real time until it is asked to stop. */
export async function simulate(command: SimulateCommand): Promise<number> {
  // Before anything is said: a reader of it may stop us at once.
  const asked = untilAsked({ withParent: command.withParent })
  const scenario = command.scenario === null ? null : loadScenario(command.scenario)
  const clock = new SystemClock(startOf(command) ?? startedFor(scenario))
  const market = marketOf(command, newYorkDate(clock.now()))
  const tell = (of: object): void => {
    process.stdout.write(`${JSON.stringify({ at: clock.now(), ...of })}\n`)
  }
  const say = (text: string): void => {
    if (command.events) tell({ text })
    else if (!command.json) process.stdout.write(`${pc.dim(timeText(clock.now()))} ${text}\n`)
  }
  const account = { ...DEFAULT_ACCOUNT, type: command.accountType }
  const gateway = new SimulatedGateway({ clock, seed: command.seed, market, account, log: say })
  const listener = await listen(gateway, command.port)
  if (command.events) tell({ port: listener.port })
  say(market.describe)
  say(
    `simulated IB Gateway on 127.0.0.1:${listener.port}, ` +
      `account ${gateway.core.accountId}; Ctrl-C stops it`,
  )
  gateway.core.subscribe((event) => {
    if (event.kind !== 'execution') return
    const { side, quantity, contract, price, clientId } = event.execution
    say(
      `client ${clientId}: ${side} ${quantity} ${contractText(contract)} filled at ${price / 1e6}`,
    )
  })
  const stop = scenario === null ? null : begin(scenario, { gateway, clock, log: say })
  const rest = each(clock, COUNT_MS, () => command.events && tell({ counters: gateway.counters }))
  await asked
  rest()
  stop?.()
  await listener.close()
  if (command.events) tell({ counters: gateway.counters })
  if (command.json)
    process.stdout.write(`${JSON.stringify({ port: listener.port, ...gateway.counters })}\n`)
  return exitCodes.done
}

/** A timer keeps the process where a Gateway that refuses has no socket that would. */
function each(clock: SystemClock, ms: number, action: () => void): Cancel {
  let cancel: Cancel = () => undefined
  const beat = (): void => {
    action()
    cancel = clock.after(ms, beat)
  }
  beat()
  return () => cancel()
}

/** Says what will happen and, for whoever checks a diagnosis, what it should be called. */
function begin(scenario: Scenario, on: Parameters<typeof playFromFirstClient>[1]): Cancel {
  const { name, describe, label } = scenario
  on.log(`scenario ${name}, from the first client on: ${describe}`)
  on.log(label === null ? 'no verdict is expected' : `the right verdict is ${label}`)
  return playFromFirstClient(scenario, on)
}

function startedFor(scenario: Scenario | null): EpochMs | undefined {
  if (scenario === null) return undefined
  return startFor(scenario, new SystemClock().now()) ?? undefined
}

/** A recorded day is served from its open, unless another moment is asked for. */
function startOf({ start, replay, date }: SimulateCommand): EpochMs | undefined {
  if (start !== null || replay === null || date === null) return start ?? undefined
  const session = sessionOf(date)
  if (session !== null) return session.open
  throw new CommandError('usage', `expected a --date with a session, came ${date}`)
}

async function listen(gateway: SimulatedGateway, port: number) {
  try {
    return await gateway.listen(port)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(
      'connection',
      `expected port ${port} to be free: ${reason}; choose another with --port`,
    )
  }
}

function marketOf(command: SimulateCommand, today: CalendarDate): Market {
  const { seed, symbols, replay, hours } = command
  if (replay === null) {
    if (nextSession(today) === null) {
      throw new CommandError('usage', `expected a --start within the calendar, came ${today}`)
    }
    return generatedMarket({ seed, start: today, hours, ...(symbols === null ? {} : { symbols }) })
  }
  if (symbols === null) throw new CommandError('usage', '--replay needs --symbols')
  const market = openReplay({ dir: resolve(replay), symbols, dates: [command.date ?? today] })
  if (!market.ok) throw new CommandError('usage', market.error)
  return market.value
}
