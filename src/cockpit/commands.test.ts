import { expect, test } from 'vitest'
import { SystemClock } from '../base/clock.ts'
import { VERBS } from '../dashboard/view.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { World } from '../engine/world.testing.ts'
import type { State } from '../trading/state.ts'
import { commanded } from './commands.ts'
import { effectText } from './effect.ts'
import { SaidStops, type Commanded } from './said-stops.ts'

const world = new World()
const { engine } = world.start()
let panicking: string | null = null
const of = {
  view: engine.view(),
  whyNoResume: () => panicking,
  said: new SaidStops(engine.view()),
}
const soon = (): number => new SystemClock().now() + 1_000
const say = (asked: Partial<Commanded> & Pick<Commanded, 'verb'>) =>
  commanded(of, { by: 'ada', body: {}, until: soon(), ...asked })
const body = { accountId: 'DU1234567', reason: 'looked' }

test('a word from the page is held to the rules of the control socket', () => {
  expect(say({ verb: 'halt', body: { reason: 'odd' } })).toMatchObject({
    ok: true,
    value: { seq: engine.state.seq, tradingState: 'halt' },
  })
  const { seq } = engine.state
  panicking = 'panic is at work'
  const refused = (error: string) => ({ ok: false, error: { error } })
  expect(say({ verb: 'resume', body })).toMatchObject(refused('panic is at work'))
  panicking = null
  expect(say({ verb: 'resume', body, until: 1 })).toMatchObject(
    refused('it came too late: nobody waits for it any more; say it again'),
  )
  for (const by of ['engine', 'PANIC', 'watchdog', '', 'a\nb']) {
    expect(say({ verb: 'kill', by })).toMatchObject({ ok: false })
  }
  expect(say({ verb: 'cancel' })).toMatchObject({ ok: false })
  expect(say({ verb: 'close', body: { structureId: 'a b' } })).toMatchObject({ ok: false })
  expect(engine.state.seq).toBe(seq) // nothing of it was journaled
  expect(say({ verb: 'resume', body: { ...body, accountId: 'DU7654321' } })).toMatchObject(
    refused('DU7654321 is not our account id'),
  )
  expect(say({ verb: 'arm', body })).toMatchObject({ ok: false })
  expect(engine.state.tradingState).toBe('halt')
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  expect(engine.state.tradingState).toBe('active')
})

test('what stops counts however old it is, and every refusal has its remedy', () => {
  expect(say({ verb: 'flatten', until: 1 })).toMatchObject({ ok: true })
  expect(say({ verb: 'kill', until: 1 })).toMatchObject({ ok: true })
  // Killed already: said again it is done, and no row of the journal.
  const { seq } = engine.state
  const again = { ok: true, value: { seq, tradingState: 'kill' } }
  for (const by of ['ada', 'ben']) expect(say({ verb: 'kill', by })).toEqual(again)
  expect(engine.state.seq).toBe(seq)
  const refusal = say({ verb: 'close', body: { structureId: 'S9' } })
  expect(refusal).toMatchObject({ ok: false, error: { error: 'no structure S9' } })
  expect(!refusal.ok && refusal.error.remedy.length).toBeGreaterThan(10)
})

test('a kill after a resume is a kill of its own', () => {
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  const { seq } = engine.state
  expect(say({ verb: 'kill' })).toMatchObject({ ok: true, value: { tradingState: 'kill' } })
  expect(engine.state.seq).toBeGreaterThan(seq)
})

test('a halt or reduce that was said already is answered, and no row of the journal', () => {
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  const rows = (asked: Partial<Commanded> & Pick<Commanded, 'verb'>): number => {
    const { seq } = engine.state
    expect(say(asked)).toEqual({
      ok: true,
      value: { seq: engine.state.seq, tradingState: engine.state.tradingState },
    })
    return engine.state.seq - seq
  }
  const halt = { verb: 'halt', body: { reason: 'odd' } } as const
  expect(rows(halt)).toBeGreaterThan(0)
  for (let times = 0; times < 50; times++) expect(rows(halt)).toBe(0)
  // Another reason, another person, another verb are news; a level below changes nothing.
  expect(rows({ verb: 'halt', body: { reason: 'odder' } })).toBe(1)
  expect(rows({ ...halt, by: 'ben' })).toBe(1)
  expect(rows({ verb: 'reduce' })).toBe(1)
  expect([rows({ verb: 'reduce' }), rows(halt), rows({ ...halt, by: 'ben' })]).toEqual([0, 0, 0])
  expect(engine.state.tradingState).toBe('halt')
  // After a resume the same word is a halt of its own.
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  expect(rows(halt)).toBeGreaterThan(0)
  expect(engine.state.tradingState).toBe('halt')
})

test('a flatten said again is no row either, until something is held that nothing closes', () => {
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  const flatten = { verb: 'flatten', body: { reason: 'enough' } } as const
  expect(say(flatten)).toMatchObject({ ok: true, value: { tradingState: 'reduce-only' } })
  const { seq } = engine.state
  const again = { ok: true, value: { seq, tradingState: 'reduce-only' } }
  for (let times = 0; times < 50; times++) expect(say(flatten)).toEqual(again)
  expect(engine.state.seq).toBe(seq)
  const asked: Commanded = { by: 'ada', until: soon(), ...flatten }
  const holding = (triggered: Structure['triggered']): State => {
    const structure = { quantity: 1, triggered } as Structure
    return { ...engine.state, structures: new Map([['S1' as StructureId, structure]]) }
  }
  const exit = {} as Structure['triggered']
  expect([holding(null), holding(exit)].map((state) => of.said.isNews(asked, state))).toEqual([
    true,
    false,
  ])
  expect(of.said.isNews({ ...asked, by: 'ben' }, holding(exit))).toBe(true)
  expect(say({ verb: 'resume', body })).toMatchObject({ ok: true })
  expect(of.said.isNews(asked, engine.state)).toBe(true)
})

test('of every verb it is said what it would do; of a bot not seen yet, that', () => {
  for (const verb of VERBS) expect(effectText(verb, null)).toContain('has not shown')
})
