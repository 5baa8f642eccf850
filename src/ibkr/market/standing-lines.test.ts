import { expect, test } from 'vitest'
import type { EpochMs } from '../../base/clock.ts'
import { assert } from '../../base/assert.ts'
import { price } from '../../domain/money.ts'
import type { QuoteLine } from '../../engine/ports.ts'
import { DATA_CLIENT, OPTION, upRig } from '../gateway.testing.ts'
import type { Rig } from '../gateway.testing.ts'
import { error, START } from '../peer.testing.ts'

/** A line that tells both sides once, and nothing more. */
async function quietLine(): Promise<{
  readonly rig: Rig
  readonly line: QuoteLine
  readonly ageMs: () => number
  readonly tick: (bid: number) => void
}> {
  const rig = await upRig()
  const peer = () => rig.world.peer(DATA_CLIENT)
  const tick = (bid: number): void => {
    const reqId = peer().requests('reqMktData').at(-1)?.reqId ?? 0
    const side = (tickType: number, of: number) =>
      ({ kind: 'tickPrice', reqId, tickType, price: of, size: 10, mask: 0 }) as const
    peer().send(side(1, bid), side(2, bid + 0.1))
  }
  const line = rig.ibkr.marketData.watch(OPTION, () => expect.unreachable('it stays open'))
  assert(line.ok, 'there is a free line')
  await rig.world.run(100)
  tick(2)
  await rig.world.run(100)
  const ageMs = (): number => rig.world.clock.now() - (line.value.latest()?.aliveAt ?? 0)
  return { rig, line: line.value, ageMs, tick }
}

test('a quote without news is as old as the last answered heartbeat (S16)', async () => {
  const { rig, line, ageMs } = await quietLine()
  for (let second = 0; second < 50; second++) {
    await rig.world.run(1_000)
    expect(ageMs()).toBeLessThanOrEqual(5_200)
  }
  expect(line.latest()?.bid).toBe(price(2))
  expect(line.latest()?.receivedAt).toBeLessThan(START + 5_000)
})

test('for a minute: a line can die alone. What is asked beside it says that it lives', async () => {
  const { rig, line, ageMs } = await quietLine()
  await rig.world.run(90_000)
  expect(ageMs()).toBeGreaterThan(29_000)
  line.confirm()
  await rig.world.run(50_000)
  expect(ageMs()).toBeLessThanOrEqual(5_200)
})

test.each([
  ['its farm', 2103, 'Market data farm connection is broken:usopt', 2104, 'OK:usopt'],
  ['the link to IBKR', 1100, 'Connectivity is lost', 1102, 'Connectivity is restored'],
])('nothing is proven while %s is lost, nor after it until the line speaks', async (...of) => {
  const [, lost, lostText, back, backText] = of
  const { rig, ageMs, tick } = await quietLine()
  const say = (code: number, text: string) =>
    rig.world.peer(DATA_CLIENT).send(error(-1, code, text))
  say(lost, lostText)
  await rig.world.run(20_000)
  expect(ageMs()).toBeGreaterThan(19_000)
  say(back, backText)
  await rig.world.run(20_000)
  expect(ageMs()).toBeGreaterThan(39_000)
  tick(1)
  await rig.world.run(20_000)
  expect(ageMs()).toBeLessThanOrEqual(5_200)
})

test('nothing is proven while another login has the data (10197), or the market is closed', async () => {
  const { rig, ageMs, tick } = await quietLine()
  rig.world.peer(DATA_CLIENT).send(error(-1, 10197, 'No market data during competing live session'))
  await rig.world.run(20_000)
  expect(ageMs()).toBeGreaterThan(19_000)
  await rig.world.clock.runUntil((START + 6 * 3_600_000) as EpochMs)
  tick(1)
  await rig.world.run(20_000)
  expect(ageMs()).toBeGreaterThan(19_000)
})
