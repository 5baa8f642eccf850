import { expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { ok } from '../base/result.ts'
import type { BrokerSnapshot } from '../domain/report.ts'
import { account, call, holding, ready } from '../trading/play.testing.ts'
import { clockAt } from './scripted-bars.testing.ts'
import { Reconciler } from './reconciler.ts'

const NO_PICTURE_BY_THE_CLOCK = 30_000 // the next one is due a minute after the last

/** Pictures that are asked for in half a minute, when the broker holds so many and we hold two. */
async function picturesOf(atBroker: number): Promise<readonly number[]> {
  const story = holding()
  const clock = clockAt('10:00')
  const filledAt = (clock.now() - 2_000) as EpochMs
  const fills = new Map([...story.state.fills].map(([id, fill]) => [id, { ...fill, at: filledAt }]))
  const state = { ...story.state, fills }
  const asked: number[] = []
  const begun = clock.now()
  const snapshot = (): BrokerSnapshot => ({
    requestedAt: clock.now(),
    epoch: state.epoch,
    openOrders: [],
    completedOrders: [],
    fills: [...fills.values()],
    positions: [{ contract: call, quantity: atBroker, cost: 0 as never }],
    account: { ...account, at: clock.now() },
  })
  const reconciler = new Reconciler({
    clock,
    broker: {
      snapshot: () => {
        asked.push(clock.now() - begun)
        return Promise.resolve(ok(snapshot()))
      },
    },
    rules: story.rules,
    state: () => state,
    dispatch: () => undefined,
    answered: () => undefined,
  })
  const beat = (): void => {
    reconciler.tick()
    clock.after(1_000, beat)
  }
  beat()
  await clock.runUntil((begun + NO_PICTURE_BY_THE_CLOCK) as EpochMs)
  return asked
}

test('a picture that differs while a fill of ours is in flight is asked for again once it is not', async () => {
  // The fill was two seconds before the first one; five seconds after it the contract can be judged.
  expect(await picturesOf(3)).toEqual([0, 3_000])
})

test('something without a name is asked about once more, and then once a minute (L11)', async () => {
  const clock = clockAt('10:00')
  const story = ready()
  story.at = clock.now()
  story.begins()
  const begun = clock.now()
  const asked: number[] = []
  const reconciler = new Reconciler({
    clock,
    broker: {
      snapshot: () => {
        asked.push(clock.now() - begun)
        return Promise.resolve(
          ok({
            requestedAt: clock.now(),
            epoch: story.state.epoch,
            openOrders: [],
            completedOrders: [],
            fills: [],
            positions: [],
            account: { ...account, at: clock.now() },
            unnamed: true,
          }),
        )
      },
    },
    rules: story.rules,
    state: () => story.state,
    dispatch: ({ at, ...happening }) => {
      story.at = at
      story.happens(happening)
    },
    answered: () => undefined,
  })
  const beat = (): void => {
    reconciler.tick()
    clock.after(1_000, beat)
  }
  beat()
  await clock.runUntil((begun + 200_000) as EpochMs)
  expect(asked).toEqual([0, 10_000, 70_000, 130_000, 190_000])
  expect(story.state.gates.map(({ gate }) => gate)).toEqual(['unnamed'])
})

test('one that shows what we hold is enough', async () => {
  expect(await picturesOf(2)).toEqual([0])
})
