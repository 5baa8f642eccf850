import { afterEach, describe, expect, test } from 'vitest'
import {
  bracketOf,
  DATA_CLIENT,
  executionOf,
  openOrderOf,
  ORDER_CLIENT,
  said,
  upRig,
} from './gateway.testing.ts'
import type { Notice } from './session/link.ts'
import { FIRST_REQUEST_ID } from './session/question.ts'
import { error, notice, TcpWorld } from './peer.testing.ts'

/** Hazards of a TWS client, client-library.md 1.2: our session has none of them. Over real TCP. */
const worlds: TcpWorld[] = []

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function newRig(script: TcpWorld['script'] = {}) {
  const world = await TcpWorld.open()
  worlds.push(world)
  world.script = script
  const notices: (readonly [string, Notice])[] = []
  const rig = await upRig({ notice: (of, what) => notices.push([of, what]) }, world)
  await world.run(1_000)
  const kinds = (of: string) => notices.flatMap(([name, { kind }]) => (name === of ? [kind] : []))
  return { ...rig, world, notices, kinds }
}

describe('connection state', () => {
  test('H12: a version frame is not readiness', async () => {
    const { ibkr, links } = await newRig({ welcome: [] })
    expect(links).toEqual([])
    expect(ibkr.broker.place(bracketOf()).ok).toBe(false)
  })

  test('H13: who accepts and says nothing is given up in time, and told', async () => {
    const { world, kinds } = await newRig({ mute: true })
    await world.run(9_000)
    expect(kinds('order')).toContain('attempt-failed')
  })

  test('H13: who goes mute when ready is noticed within 15 s', async () => {
    const { world, links } = await newRig()
    for (const client of [ORDER_CLIENT, DATA_CLIENT]) world.peer(client).mute = true
    await world.run(15_000)
    expect(links).toContain('down 1')
  })

  test('H14: 326 is told as what it is; the id stays, the waits grow', async () => {
    const { world, notices } = await newRig({
      welcome: [notice(326, 'Unable to connect as the client id is in use')],
    })
    for (let second = 0; second < 90; second++) {
      for (const peer of world.peers) if (peer.clientId !== null) peer.transport.close()
      await world.run(1_000)
    }
    const failed = notices.map(([, what]) => what).filter((what) => what.kind === 'attempt-failed')
    expect(failed.length).toBeGreaterThan(4)
    expect(failed.length).toBeLessThan(20) // of two connections, in 90 s
    expect(failed.every(({ cause }) => cause === 'client-id-in-use')).toBe(true)
    const ids = new Set(world.peers.map(({ clientId }) => clientId))
    ids.delete(null)
    expect(ids).toEqual(new Set([ORDER_CLIENT, DATA_CLIENT]))
  })

  test('H15: what comes with id -1 is heard by its code', async () => {
    const { world, ibkr, notices } = await newRig()
    const peer = world.peer(ORDER_CLIENT)
    peer.send(notice(1100, 'Connectivity between IBKR and TWS has been lost.'))
    await world.run(10)
    expect(ibkr.gates().map(({ gate }) => gate)).toContain('connectivity')
    peer.send(notice(1102, 'Connectivity has been restored - data maintained.'))
    peer.send(notice(100, 'Max rate of messages per second has been exceeded'))
    await world.run(10)
    expect(ibkr.gates().map(({ gate }) => gate)).toEqual(
      expect.arrayContaining(['pacing']) as string[],
    )
    const said = notices.flatMap(([, what]) => (what.kind === 'gateway' ? [what.notice.kind] : []))
    expect(said.slice(-3)).toEqual(['connectivity-lost', 'connectivity-restored', 'rate-exceeded'])
  })

  test('H16: an old connection that ends late is not the end of the new one', async () => {
    const { world, ibkr, links } = await newRig()
    const old = world.peer(ORDER_CLIENT)
    old.transport.close()
    await world.run(5_000)
    old.transport.close()
    old.sendRaw(Buffer.from([0, 0, 0, 0]))
    await world.run(5_000)
    expect(links).toEqual(['up 1', 'down 1', 'up 2'])
    await Promise.all([ibkr.close(), ibkr.close()])
    expect(links).toEqual(['up 1', 'down 1', 'up 2', 'down 2'])
  })

  test('H17: no error vanishes because nobody listens', async () => {
    const { world, notices, ibkr } = await newRig()
    const peer = world.peer(ORDER_CLIENT)
    peer.send(notice(4_711, 'of a code that no table has'))
    peer.send(error(FIRST_REQUEST_ID + 999_999, 200, 'of a request that nobody made'))
    await world.run(10)
    expect(notices.at(-1)).toEqual([
      'order',
      { kind: 'gateway', notice: { kind: 'notice' }, text: '4711: of a code that no table has' },
    ])
    expect(ibkr.counters.requests.lateAnswers).toBe(1)
  })

  test('H18: 1100 keeps the socket, fills come through it, 1102 asks what happened', async () => {
    const { world, ibkr, reports, links } = await newRig()
    ibkr.broker.place(bracketOf())
    await world.run(10)
    const peer = world.peer(ORDER_CLIENT)
    const [placed] = peer.requests('placeOrder')
    if (placed === undefined) throw new Error('expected an order')
    for (const code of [1100, 2110]) peer.send(notice(code, 'Connectivity lost'))
    // A permId of 0: an order is known by its reference, and by the id that we gave it.
    peer.send(openOrderOf(placed, { status: 'PreSubmitted', permId: 0 }))
    peer.send(executionOf(1))
    await world.run(60_000)
    expect(said(reports)).toEqual(expect.arrayContaining(['run-1 held', 'filled 2 of run-1']))
    peer.send(notice(1102, 'restored'))
    await world.run(10)
    expect(links).toEqual(['up 1', 'up 1']) // the same epoch, reconciled again
    expect(world.peer(ORDER_CLIENT)).toBe(peer)
  })

  test('never two connections that trade, whatever ends and whenever', async () => {
    const { world, ibkr } = await newRig()
    for (let round = 0; round < 12; round++) {
      const peer = world.peer(ORDER_CLIENT)
      if (round % 3 === 0) peer.mute = true
      else if (round % 3 === 1) peer.transport.close()
      else peer.send(notice(1300, `the port was reset. ${4_000 + round}`))
      for (let step = 0; step < 20; step++) {
        await world.run(1_000)
        const alive = world.peers.filter(
          ({ clientId, isOpen }) => clientId === ORDER_CLIENT && isOpen,
        )
        expect(alive.length).toBeLessThanOrEqual(1)
      }
    }
    expect((await ibkr.ready(0)).ok).toBe(true)
  })

  test('an id that goes back is no floor: orders go on above the highest that was used', async () => {
    const { world, ibkr } = await newRig({ nextOrderId: 500 })
    ibkr.broker.place(bracketOf('a'))
    world.script = { nextOrderId: 3 } // as after a restart of the Gateway
    world.peer(ORDER_CLIENT).transport.close()
    await world.run(5_000)
    expect(ibkr.broker.place(bracketOf('b')).ok).toBe(true)
    await world.run(10)
    const ids = world.peer(ORDER_CLIENT).requests('placeOrder')
    expect(ids.map(({ orderId }) => orderId)).toEqual([503, 504, 505])
  })
})
