import { expect, test } from 'vitest'
import { bracketOf, executionOf, openOrderOf, ORDER_CLIENT } from '../gateway.testing.ts'
import { said, statusOf, upRig } from '../gateway.testing.ts'
import type { Notice } from '../session/link.ts'
import { misread } from './misread.ts'

/** 9,007,199,255 dollars in millionths are no safe integer any more. */
const TOO_MUCH = 9_007_199_255

test.each([
  ['a fill of a price of billions', executionOf(1, { price: TOO_MUCH }), 'price'],
  ['half a contract', executionOf(1, { shares: 0.5 }), 'shares'],
  ['less than nothing', executionOf(1, { shares: -2 }), 'shares'],
])('%s is not believed', (_name, execution, field) => {
  expect(misread(execution, ORDER_CLIENT)).toMatchObject({ field })
  expect(misread(executionOf(1), ORDER_CLIENT)).toBeNull()
})

test('a part of a share of a person is one; less than none of it is none', () => {
  const theirs = { clientId: 0, orderId: 0, orderRef: '' }
  expect(misread(executionOf(0, { ...theirs, shares: 0.5 }), ORDER_CLIENT)).toBeNull()
  expect(misread(executionOf(0, { ...theirs, shares: -0.5 }), ORDER_CLIENT)).not.toBeNull()
  expect(misread(executionOf(0, { ...theirs, shares: 1e300 }), ORDER_CLIENT)).not.toBeNull()
})

async function newRig() {
  const notices: Notice[] = []
  const rig = await upRig({ notice: (_, what) => notices.push(what) })
  rig.ibkr.broker.place(bracketOf())
  await rig.world.run(10)
  rig.reports.length = 0
  const peer = rig.world.peer(ORDER_CLIENT)
  return { ...rig, notices, peer, placed: peer.requests('placeOrder')[0] }
}

test('a fill of a price of billions is a drift that reconciles, and nothing throws', async () => {
  const rig = await newRig()
  rig.peer.send(executionOf(1, { price: TOO_MUCH }), statusOf(1, 'Submitted'))
  await rig.world.run(5_000)
  expect(rig.notices.filter(({ kind }) => kind === 'defect')).toEqual([])
  expect(rig.notices).toContainEqual(expect.objectContaining({ kind: 'drift', onOrders: true }))
  expect(said(rig.reports)).toEqual(['run-1 working']) // the next frame is heard
  expect(rig.links.filter((link) => link.startsWith('down'))).toEqual([])
})

test('half a share of a person is no drift, pushed or asked for', async () => {
  const rig = await newRig()
  const theirs = { clientId: 0, orderId: 0, orderRef: '', execId: '0000e0d5.7.1.01' }
  const half = executionOf(0, { ...theirs, shares: 0.5, cumQty: 0.5 })
  rig.peer.send(half)
  rig.world.answer('reqExecutions', ({ reqId }) => [
    { ...half, reqId },
    { kind: 'execDetailsEnd', reqId },
  ])
  const asked = rig.ibkr.broker.snapshot(new AbortController().signal)
  await rig.world.run(5_000)
  const snapshot = await asked
  expect(snapshot).toMatchObject({
    ok: true,
    value: { fills: [{ orderId: '', quantity: 0.5 }] }, // of no order of ours
  })
  expect(rig.notices.filter(({ kind }) => kind === 'drift')).toEqual([])
  expect(said(rig.reports)).toEqual([])
})

test('nor do an order and a commission of billions', async () => {
  const rig = await newRig()
  if (rig.placed === undefined) throw new Error('expected an order')
  const { placed } = rig
  const terms = { ...placed.order, lmtPrice: TOO_MUCH }
  rig.peer.send(openOrderOf({ ...placed, order: terms }, { status: 'Submitted' }), {
    kind: 'commissionReport',
    execId: 'x.01',
    commission: TOO_MUCH,
    currency: 'USD',
    realizedPnl: null,
    yield: null,
    yieldRedemptionDate: '',
  })
  await rig.world.run(5_000)
  expect(rig.notices.filter(({ kind }) => kind === 'defect')).toEqual([])
})
