import { describe, expect, test } from 'vitest'
import { DATA_CLIENT } from '../gateway.testing.ts'
import { ORDER_CLIENT } from '../gateway.testing.ts'
import { notice } from '../peer.testing.ts'
import { newRig, askHistory, stockOf } from './incidents.testing.ts'

describe('one outage is one incident', () => {
  test('orders are silent while positions are answered: nothing of it is over', async () => {
    const rig = await newRig()
    const silent = ['reqAllOpenOrders', 'reqCompletedOrders', 'reqExecutions'] as const
    for (const kind of silent) rig.world.answer(kind, () => [])
    for (let i = 0; i < 8; i++) {
      void rig.ibkr.broker.snapshot(new AbortController().signal)
      await rig.world.run(12_000)
    }
    expect(rig.verdict()).toBe('ORDERS_DEAD')
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
    expect(rig.phases()).not.toContain('ended')
  })

  test('orders are answered again: found out although their breaker is open', async () => {
    const rig = await newRig()
    const silent = ['reqAllOpenOrders', 'reqCompletedOrders', 'reqExecutions'] as const
    for (const kind of silent) rig.world.answer(kind, () => [])
    for (let i = 0; i < 20; i++) {
      void rig.ibkr.broker.snapshot(new AbortController().signal)
      await rig.world.run(12_000)
    }
    expect(rig.gates()).toContain('breaker')
    rig.world.answer('reqAllOpenOrders', () => [{ kind: 'openOrderEnd' }])
    await rig.world.run(14_000)
    expect([rig.gates().includes('breaker'), rig.verdict()]).toEqual([false, 'ORDERS_DEAD'])
  })

  test('back for twenty seconds, but what was asked meanwhile is not answered', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', () => [])
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) rig.world.peer(client).transport.close()
    await rig.world.run(3_000)
    expect(rig.verdict()).toBe('GATEWAY_DOWN')
    askHistory(rig)
    await rig.world.run(60_000)
    expect(rig.verdict()).toBe('GATEWAY_HIST_WEDGED')
    expect(rig.phases().filter((phase) => phase === 'opened')).toHaveLength(1)
  })

  test('a history farm that speaks up late was asked in vain: all of it is asked again', async () => {
    const rig = await newRig()
    rig.world.answer('reqContractDetails', stockOf)
    rig.world.answer('reqHistoricalData', () => [])
    askHistory(rig)
    await rig.world.run(5_000)
    const cancels = () => rig.world.peer(DATA_CLIENT).requests('cancelHistoricalData').length
    rig.world.peer(DATA_CLIENT).send(notice(2104, 'Market data farm connection is OK:usopt'))
    await rig.world.run(100)
    expect(cancels()).toBe(0)
    rig.world.peer(DATA_CLIENT).send(notice(2106, 'HMDS data farm connection is OK:hmds2'))
    await rig.world.run(100)
    expect(cancels()).toBe(1)
  })

  test('what is answered after it is over keeps nothing open', async () => {
    const rig = await newRig()
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) rig.world.peer(client).transport.close()
    await rig.world.run(14_000)
    expect([rig.verdict(), rig.phases().at(-1)]).toEqual(['GATEWAY_DOWN', 'ended'])
  })
})
