import { expect, test } from 'vitest'
import { eventText } from './describe.ts'
import { money, price } from '../domain/money.ts'
import type { ExecId } from '../domain/fill.ts'
import { baseline, holding, ready, request, rules, Story } from '../trading/play.testing.ts'
import { wordsOf } from './event-words.ts'

const said = ({ journal, state }: Story) =>
  journal.map(({ event }) => [event.type, wordsOf(event, state)] as const)

test('a trade is told in sentences: contracts by name, prices in dollars', () => {
  const story = ready({ limits: { ...rules.limits, orderCostMax: money(400) } })
  story.happens({ kind: 'entry-proposed', request: request() }).handedOver().accepted()
  const { entry, target } = story.bracket
  story.filled(entry.id, 2, { price: price(1.98) }).accepted()
  story.happens({
    kind: 'order-reported',
    report: { kind: 'commission', execId: 'x1' as ExecId, commission: money(1.3) },
  })
  story.filled(target.id, 2)
  expect(said(story).map(([type, words]) => `${type}: ${words}`)).toMatchInlineSnapshot(`
    [
      "EntryApproved: scalp rise: SPY 2026-03-13 600 C, 2 units at $1.95 × $2.00, at most $400.00 lost",
      "OrderIntended: entry BUY 2 SPY 2026-03-13 600 C, limit $2.00, DAY",
      "OrderIntended: take-profit SELL 2 SPY 2026-03-13 600 C, limit $2.40, GTC",
      "OrderIntended: stop-loss SELL 2 SPY 2026-03-13 600 C, stop $1.90, GTC",
      "OrderMoved: entry of SPY 2026-03-13 600 C: intent → sending (handed over)",
      "OrderMoved: take-profit of SPY 2026-03-13 600 C: intent → sending (handed over)",
      "OrderMoved: stop-loss of SPY 2026-03-13 600 C: intent → sending (handed over)",
      "OrderMoved: entry of SPY 2026-03-13 600 C: sending → working (reported as working)",
      "OrderMoved: take-profit of SPY 2026-03-13 600 C: sending → held (reported as held)",
      "OrderMoved: stop-loss of SPY 2026-03-13 600 C: sending → held (reported as held)",
      "OrderFilled: entry filled: BUY 2 SPY 2026-03-13 600 C at $1.98",
      "OrderMoved: entry of SPY 2026-03-13 600 C: working → filled (2 units filled)",
      "PlanChanged: exits of SPY 2026-03-13 600 C changed: the entry filled at $1.98; profit at $2.40, stop at $1.85",
      "ReplaceIntended: change of stop-loss of SPY 2026-03-13 600 C: to stop $1.85 for 2 units",
      "OrderMoved: stop-loss of SPY 2026-03-13 600 C: held → replace-pending (replace requested)",
      "OrderMoved: stop-loss of SPY 2026-03-13 600 C: replace-pending → held (reported as held)",
      "CommissionReported: commission $1.30 of BUY 2 SPY 2026-03-13 600 C",
      "OrderFilled: take-profit filled: SELL 2 SPY 2026-03-13 600 C at $2.40",
      "OrderMoved: take-profit of SPY 2026-03-13 600 C: held → filled (2 units filled)",
    ]
  `)
})

test('what befalls a stop is told with the quote, and with the name of what is held', () => {
  const story = holding()
  story.ticks(1.85).after(10_000).ticks(2).after(1_000).ticks(1.85).after(15_000).ticks(1.85)
  expect(said(story).map(([, words]) => words)).toMatchInlineSnapshot(`
    [
      "the stop of SPY 2026-03-13 600 C was passed by a quote of $1.85 × $1.90",
      "the quote of SPY 2026-03-13 600 C came back before its stop was late",
      "the stop of SPY 2026-03-13 600 C was passed by a quote of $1.85 × $1.90",
      "stop-loss of SPY 2026-03-13 600 C triggered: the stop at $1.90 rests and is late",
      "close SELL 2 SPY 2026-03-13 600 C, limit $1.85, DAY",
    ]
  `)
})

test('no sentence holds a field path or raw millionths', () => {
  const story = new Story().begins().snapshot().happens({ kind: 'day-observed', baseline })
  story.happens({ kind: 'entry-proposed', request: request() }).handedOver().accepted()
  story.filled(story.bracket.entry.id, 2, { price: price(1.98) }).ticks(1.85)
  story.after(16_000).ticks(1.85).handedOver().accepted()
  story.happens({ kind: 'link-changed', link: 'down', epoch: 1 })
  const texts = story.journal.map(
    ({ event }) => wordsOf(event, story.state) ?? eventText(event, story.state),
  )
  expect(texts.length).toBeGreaterThan(20)
  expect(texts.filter((text) => text === null)).toEqual([])
  expect(texts.filter((text) => /\d{6,}|\b[a-z]+\.[a-z]+/.test(text ?? ''))).toEqual([])
})
