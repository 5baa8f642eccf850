import { describe, expect, test } from 'vitest'
import { strategyAt, World } from '../engine/world.testing.ts'
import { initialState } from '../trading/state.ts'
import { eventRecord } from './event-record.ts'
import type { LogRecord } from './json-log.ts'

/** Some minutes of a real bot over the simulated Gateway: one entry, and its bracket. */
async function logged(): Promise<{ readonly records: readonly LogRecord[]; readonly seq: number }> {
  const world = new World({ strategies: [strategyAt('10:02')] })
  const { engine } = world.start()
  const records: LogRecord[] = []
  engine.subscribe((event, state, seq) => records.push(eventRecord(event, state, seq)))
  await world.run(300_000)
  return { records, seq: engine.state.seq }
}

describe('a morning as lines of the log', async () => {
  const { records, seq } = await logged()
  const of = (kind: string) => records.filter((record) => record.kind === kind)

  test('one record a decision, with its reason (X13)', () => {
    const decisions = of('decision')
    expect(decisions.map(({ decision }) => decision)).toContain('proposed')
    for (const decision of decisions) {
      expect(decision).toMatchObject({
        symbol: 'SPY',
        barStart: expect.any(Number),
        reason: expect.stringMatching(/./),
      })
    }
    const minutes = decisions.map(({ barStart }) => barStart)
    expect(new Set(minutes).size).toBe(minutes.length)
  })

  test('every event has its own seq, and the ids by which it is found again', () => {
    const seqs = records.map((record) => record['seq'])
    expect(seqs).toEqual(seqs.map((_, i) => seq - seqs.length + 1 + i))
    const approved = of('entry-approved')[0]
    expect(approved).toMatchObject({ contract: expect.stringMatching(/^SPY 2026-/), quantity: 9 })
    const structureId = approved?.['structureId']
    const intended = of('order-intended')
    expect(intended.map(({ role }) => role)).toEqual(['entry', 'take-profit', 'stop-loss'])
    for (const order of intended) expect(order).toMatchObject({ structureId })
    expect(of('order-filled')[0]).toMatchObject({ structureId, orderId: intended[0]?.['orderId'] })
  })

  test('a line is short: what it came to, not all that led to it', () => {
    for (const record of records) expect(JSON.stringify(record).length).toBeLessThan(1_000)
  })
})

test('a command that was refused is a warning of another kind, with the reason', () => {
  const command = { kind: 'resume', accountId: 'DU9', reason: 'tried it' } as const
  const said = { type: 'OperatorCommanded', by: 'ada', command } as const
  const state = initialState('paper', 'DU1')
  expect(eventRecord(said, state, 1)).toMatchObject({ kind: 'operator-commanded', level: 'info' })
  const refused = eventRecord({ ...said, refused: 'DU9 is not our account id' }, state, 1)
  expect(refused).toMatchObject({ kind: 'operator-refused', level: 'warning' })
  expect(refused).toMatchObject({ refused: 'DU9 is not our account id', by: 'ada' })
})
