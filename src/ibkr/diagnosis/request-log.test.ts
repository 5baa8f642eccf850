import { expect, test } from 'vitest'
import { VirtualClock, type EpochMs } from '../../base/clock.ts'
import { ok } from '../../base/result.ts'
import { noRequests, RequestIds, type Question } from '../session/question.ts'
import { RequestLedger } from '../session/requests.ts'
import { RequestLog } from './request-log.ts'

function newRig() {
  const clock = new VirtualClock({ start: 0 as EpochMs, settled: () => true, speed: null })
  const log = new RequestLog()
  const strays: number[] = []
  const ids: number[] = []
  const ledger = new RequestLedger({
    clock,
    counters: noRequests(),
    ids: new RequestIds(),
    connection: 'data',
    log,
    stray: () => strays.push(clock.now()),
    send: (_, sending) => {
      sending.sent(0)
      return () => undefined
    },
  })
  const ask = (probe = false): number => {
    const question: Question<void> = {
      kind: 'chain',
      lane: 4,
      request: (reqId) => {
        ids.push(reqId)
        return { kind: 'reqMarketRule', ruleId: reqId }
      },
      answer: () => ok(undefined),
      ...(probe && { probe }),
    }
    ledger.open(question, () => undefined)
    return ids.at(-1) ?? 0
  }
  const answer = (reqId: number) => ledger.answered(reqId, { kind: 'contractDetailsEnd', reqId })
  const pass = (ms: number) => clock.runUntil((clock.now() + ms) as EpochMs)
  return { log, strays, ask, answer, pass }
}

test('what was asked before something that is answered is no new silence', async () => {
  const { log, ask, answer, pass } = newRig()
  ask()
  await pass(10_000)
  answer(ask())
  await pass(60_000)
  expect(log.silence('contracts')).toBeNull()
  ask()
  await pass(60_000)
  expect(log.silence('contracts')).toMatchObject({ count: 1 })
})

test('the rows after the first that answer a probe are nobody else', () => {
  const { strays, ask, answer } = newRig()
  const probe = ask(true)
  for (let row = 0; row < 3; row++) answer(probe)
  expect(strays).toEqual([])
  const asked = ask()
  for (let row = 0; row < 3; row++) answer(asked)
  expect(strays).toHaveLength(2)
})
