import { expect, test } from 'vitest'
import { ok } from '../../base/result.ts'
import { SIMULATED_BRAND } from '../../wire/handshake.ts'
import { START, World } from '../peer.testing.ts'
import { askGreeting, askTime } from './ask-time.ts'

function worldSaying(brand: string | null): World {
  const world = new World()
  world.answer('reqUserInfo', ({ reqId }) =>
    brand === null ? [] : [{ kind: 'userInfo', reqId, whiteBrandingId: brand }],
  )
  return world
}

const asking = ({ clock, connect }: World) => ({ clock, connect, clientIdBase: 30 })

test.each([
  [SIMULATED_BRAND, true],
  ['', false],
  ['A BROKER', false],
])('a Gateway that calls itself "%s" is simulated: %s', async (brand, isSimulated) => {
  const world = worldSaying(brand)
  const greeting = askGreeting(asking(world))
  await world.run(1)
  expect(await greeting).toEqual(ok({ time: START + 500, isSimulated }))
})

test('one that does not say is not waited for, and the time goes on meanwhile', async () => {
  const world = worldSaying(null)
  const greeting = askGreeting(asking(world))
  await world.run(3_000)
  expect(await greeting).toEqual(ok({ time: START + 2_500, isSimulated: false }))
})

test('the time alone is answered at once', async () => {
  const world = worldSaying(null)
  const time = askTime(asking(world))
  await world.run(1)
  expect(await time).toEqual(ok(START + 500))
  expect(world.peers[0]?.requests('reqUserInfo')).toEqual([])
})
