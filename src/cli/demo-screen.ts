import pc from 'picocolors'
import type { EpochMs } from '../base/clock.ts'
import type { Ticker } from '../domain/contract.ts'
import { amountOf } from '../domain/money.ts'
import { ledgerOf } from '../domain/ledger.ts'
import type { JournalReport } from '../journal/queries.ts'
import type { Trade } from '../journal/trades.ts'
import type { Event } from '../trading/event.ts'
import type { State } from '../trading/state.ts'
import {
  contractText,
  eventText,
  pnlText,
  priceText,
  quoteMark,
  timeText,
} from '../cockpit/describe.ts'
import type { DemoResult } from './demo-report.ts'
import { rule, type Screen } from './screen.ts'

/** What each symbol last decided; the block shows it. */
export class DemoScreen {
  readonly #screen: Screen
  readonly #symbols: readonly Ticker[]
  readonly #last = new Map<Ticker, string>()
  #decisions = 0

  constructor(screen: Screen, symbols: readonly Ticker[]) {
    this.#screen = screen
    this.#symbols = symbols
  }

  event(event: Event, state: State, at: EpochMs): void {
    if (event.type === 'CycleEnded') {
      this.#decisions++
      this.#last.set(event.outcome.symbol, `${event.outcome.kind}: ${event.outcome.reason}`)
    }
    const text = eventText(event, state)
    if (text !== null) this.#screen.line(`${pc.dim(timeText(at).slice(11, 19))} ${text}`)
  }

  draw(state: State, at: EpochMs): void {
    if (!this.#screen.live) return
    const { realized: pnl, commissions } = ledgerOf(state.fills.values(), state.commissions)
    const held = [...state.structures.values()].filter((each) => each.quantity !== 0)
    const { account } = state
    this.#screen.block([
      rule(`${timeText(at)}  simulated market, simulated account`),
      ...this.#symbols.map((symbol) => {
        const position = held
          .filter((each) => symbolOf(each.contract) === symbol)
          .map((each) => pc.cyan(`${each.quantity} ${contractText(each.contract)}`))
          .join(', ')
        const last = this.#last.get(symbol) ?? 'waiting for its first bar'
        const holds = position === '' ? '' : `${position}  `
        return `${pc.bold(symbol.padEnd(6))}${holds}${pc.dim(last)}`
      }),
      `link ${state.link}, level ${state.tradingState}, ${this.#decisions} decisions, ` +
        `realised ${pnlText(pnl)} (commissions $${amountOf(commissions).toFixed(2)})` +
        (account === null
          ? ''
          : `, net liquidation $${amountOf(account.netLiquidation).toFixed(2)}`),
    ])
  }
}

function symbolOf(contract: { readonly symbol: Ticker }): Ticker {
  return contract.symbol
}

/** The summary at the end; every structure, and what must hold. */
export function summaryText(result: DemoResult, report: JournalReport, explain: string): string {
  const bars = typeof result.bars === 'number' ? `${result.bars} bars` : 'the bars'
  return [
    rule('summary'),
    result.market,
    `${result.days.join(', ')}: ${result.decisions} decisions = ${bars} ` +
      `of ${result.symbols.join(', ')}; ` +
      `${result.outcomes.proposed} proposed, ${result.refused} refused`,
    ...report.trades.map(tradeText),
    `${result.entries} entries, ${result.fills} fills, ${result.exits} exits, ` +
      `${result.orderFramesSent} order frames, ` +
      `${result.historicalRequests} historical requests` +
      (result.syntheticFills > 0
        ? pc.yellow(`, ${result.syntheticFills} fills on synthetic quotes`)
        : ''),
    `realised ${pnlText(report.realizedPnl)}, ` +
      `by the broker's own ledger $${result.brokerRealizedPnl.toFixed(2)}; ` +
      `longest without an exit at the broker ${result.unprotectedMsMax} ms`,
    `journal ${result.journalHash.slice(0, 16)}, ${result.events} events; ` +
      `explain any id: ${explain}`,
    result.violations === 0
      ? pc.green('everything that must hold held')
      : pc.red(`VIOLATED:\n  ${result.violationList.join('\n  ')}`),
  ].join('\n')
}

function tradeText(trade: Trade): string {
  const [first] = trade.fills
  const last = trade.fills.at(-1)
  const quoted = { synthetic: trade.fills.some((fill) => fill.synthetic) }
  const closed =
    trade.closedAt === null ? 'open' : `${last?.role} ${priceText(last?.price ?? null)}`
  return (
    `  ${timeText(trade.openedAt).slice(5, 16)} ${trade.strategy.padEnd(6)} ${trade.quantity} ` +
    `${contractText(trade.contract)} at ${priceText(first?.price ?? null)} -> ${closed}  ` +
    `${pnlText(trade.pnl)}${quoteMark(quoted)}  ${pc.dim(trade.structureId)}`
  )
}
