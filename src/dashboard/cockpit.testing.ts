import type { Cancel } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Cockpit, JournalAsked, PageAsked, ReplayAsked } from './cockpit.ts'
import {
  at,
  chain,
  incident,
  lineAt,
  order,
  orderDetail,
  symbolDetail,
  trade,
  viewAt,
} from './samples.testing.ts'
import type { CommandBody, JournalLine, Verb, View } from './view.ts'

/** What the fake cockpit was told to do. */
export interface Done {
  readonly by: string
  readonly verb: Verb
  readonly body: CommandBody
}

export const ACCOUNT_ID = 'DU1234567'
/** Everything the server may ask, answered from memory; each promise can be made to wait. */
export class FakeCockpit implements Cockpit {
  readonly done: Done[] = []
  readonly asked: unknown[] = []
  /** Of commands and questions: awaited before they answer. */
  gate: Promise<void> = Promise.resolve()
  commandError: Error | null = null
  shown: View | null = viewAt(1)
  readonly #onView = new Set<(view: View) => void>()
  readonly #onLine = new Set<(line: JournalLine) => void>()

  get listeners(): number {
    return this.#onView.size + this.#onLine.size
  }

  show(view: View): void {
    this.shown = view
    for (const listener of this.#onView) listener(view)
  }

  journaled(line: JournalLine): void {
    for (const listener of this.#onLine) listener(line)
  }

  view(): View | null {
    return this.shown
  }

  onView(listener: (view: View) => void): Cancel {
    this.#onView.add(listener)
    return () => void this.#onView.delete(listener)
  }

  onLine(listener: (line: JournalLine) => void): Cancel {
    this.#onLine.add(listener)
    return () => void this.#onLine.delete(listener)
  }

  async symbol(symbol: string) {
    return this.#answer(symbol === 'SPY' ? symbolDetail : null, symbol)
  }

  async chain(symbol: string) {
    return this.#answer(symbol === 'SPY' ? chain : null, symbol)
  }

  async orders(page: PageAsked) {
    return this.#answer([order], page)
  }

  async order(id: string) {
    return this.#answer(id === order.id ? orderDetail : null, id)
  }

  async trades(page: PageAsked) {
    return this.#answer([trade], page)
  }

  async incidents(page: PageAsked) {
    return this.#answer([incident], page)
  }

  async journal(asked: JournalAsked) {
    return this.#answer({ seq: 7, entries: [lineAt(7)], before: null }, asked)
  }

  async explain(id: string) {
    return this.#answer(id === order.id ? [lineAt(7)] : [], id)
  }

  async replay(asked: ReplayAsked) {
    if ('unknown' in asked.limits) {
      return fail({ error: 'unknown: no such limit', remedy: 'see settings' })
    }
    const changed = { seq: 7, at, symbol: 'SPY', strategy: 'scalp', was: 'approved', would: 'no' }
    return this.#answer(ok({ judged: 3, changed: [changed] }), asked)
  }

  async report(period: string, as: 'html' | 'json') {
    const html = '<!doctype html><style>p{color:red}</style><p>day</p>'
    return this.#answer(as === 'html' ? html : '{"trades":[]}', { period, as })
  }

  async latency() {
    const points = [{ at, p50: 4, p99: null }]
    return this.#answer({ kinds: [{ kind: 'quote', points }], loop: [], memory: [] })
  }

  async settings() {
    const rows = [{ key: 'dashboard.password', value: '[secret]' }]
    return this.#answer({ file: 'a.yaml', hash: 'abc', sections: [{ name: 'dashboard', rows }] })
  }

  async metrics() {
    return this.#answer('# TYPE up gauge\nup 1\n')
  }

  async command(by: string, verb: Verb, body: CommandBody) {
    this.done.push({ by, verb, body })
    await this.gate
    if (this.commandError !== null) throw this.commandError
    if (body.accountId !== undefined && body.accountId !== ACCOUNT_ID) {
      return fail({ error: `${body.accountId} is not our account id`, remedy: 'type it again' })
    }
    return ok({ seq: this.done.length, tradingState: 'halt' as const })
  }

  async effect(verb: Verb) {
    return this.#answer(`${verb}: 1 structure is closed`, verb)
  }

  async #answer<T>(answer: T, asked: unknown = null): Promise<T> {
    this.asked.push(asked)
    await this.gate
    return answer
  }
}
