import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemClock } from '../../src/base/clock.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import { atNewYork } from '../../src/domain/calendar.ts'
import type { CalendarDate, Ticker } from '../../src/domain/contract.ts'
import { generatedMarket } from '../../src/simulator/market/generated-market.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import { paperConfig } from '../scenarios/cli-config.ts'

/** A market whose first bars after the start carry signals for every symbol. */
const MARKET = {
  seed: 5,
  date: '2026-03-10' as CalendarDate,
  symbols: 'SPY QQQ AAPL MSFT NVDA AMD META TSLA',
}
/** Filled on arrival, before the exits are acknowledged: the moment this is after. */
const AT_ONCE = 'entry: { start: 100% }\n'
/** Before the first bar of the run closes: time to start, and to be killed once with nothing. */
const EARLY_MS = 15_000

/** What outlives every kill: the broker, its market, and the bot's own folder. */
export interface Stage {
  readonly clock: SystemClock
  readonly gateway: SimulatedGateway
  readonly folder: string
  readonly config: string
  close(): Promise<void>
}

export async function openStage(seed: number): Promise<Stage> {
  const clock = new SystemClock((atNewYork(MARKET.date, '10:00') - EARLY_MS) as EpochMs)
  const symbols = MARKET.symbols.split(' ')
  const market = generatedMarket({
    seed: MARKET.seed,
    start: MARKET.date,
    symbols: symbols as readonly string[] as readonly Ticker[],
  })
  // As with `+PACEAPI`: on a busy machine messages bunch, and pacing is not what this is about.
  const gateway = new SimulatedGateway({ clock, seed, market, rateMode: 'pace' })
  const listener = await gateway.listen(0)
  const folder = mkdtempSync(join(tmpdir(), 'sigkill-'))
  const config = join(folder, 'bot.yaml')
  writeFileSync(config, `${paperConfig({ port: listener.port, symbols })}${AT_ONCE}`)
  return { clock, gateway, folder, config, close: () => listener.close() }
}
