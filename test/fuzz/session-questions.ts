import type { Fault } from '../../src/engine/ports.ts'
import type { Result } from '../../src/base/result.ts'
import { OPTION } from '../../src/ibkr/gateway.testing.ts'
import type { Ibkr } from '../../src/ibkr/open.ts'
import { START } from '../../src/ibkr/peer.testing.ts'
import type { EpochMs } from '../../src/base/clock.ts'
import type { StockKey, Ticker } from '../../src/domain/contract.ts'
import type { Currency } from '../../src/domain/money.ts'
import { toKey } from '../../src/domain/contract-key.ts'
import { thrown } from './timed.ts'

const SPY: StockKey = {
  kind: 'stock',
  symbol: 'SPY' as Ticker,
  exchange: 'SMART',
  currency: 'USD' as Currency,
}

/** What the engine asks in a cycle, all of it at once; each ends by itself. */
export class Questions {
  readonly ended = new Map<string, string>()
  readonly asked: string[] = []

  constructor({ broker, marketData }: Ibkr) {
    const { signal } = new AbortController()
    const span = { from: (START - 3_600_000) as EpochMs, to: START }
    this.#ask('snapshot', () => broker.snapshot(signal, [OPTION]))
    this.#ask('spot', () => marketData.spot(SPY, signal))
    this.#ask('history', () => marketData.history({ underlying: SPY, size: '1m', span }, signal))
    this.#ask('chains', () => marketData.chains(SPY, signal))
    this.#ask('candidates', () => marketData.candidates([toKey(OPTION)], signal))
    this.#ask('requote', () => marketData.requote(OPTION, signal))
  }

  /** One that has no end, or one that was thrown; null: each was answered or refused. */
  get broken(): string | null {
    const open = this.asked.filter((name) => !this.ended.has(name))
    if (open.length > 0) return `never answered: ${open.join(', ')}`
    const threw = [...this.ended].find(([, how]) => how.startsWith('exception'))
    return threw === undefined ? null : `${threw[0]}: ${threw[1]}`
  }

  #ask(name: string, question: () => Promise<Result<unknown, Fault>>): void {
    this.asked.push(name)
    void question().then(
      (result) => this.ended.set(name, result.ok ? 'answered' : `refused ${result.error.code}`),
      (error: unknown) => this.ended.set(name, thrown(error)),
    )
  }
}
