import { expect, test } from 'vitest'
import { assert } from '../../src/base/assert.ts'
import { ok } from '../../src/base/result.ts'
import type { Journal } from '../../src/engine/ports.ts'
import { brokerWith } from '../simulation/planted/bug.ts'
import { HOST_ROWS } from './index.ts'
import { complaintsOf } from './row.ts'
import type { HostRow, Plant } from './row.ts'

/** A bug as somebody could write it, the row that sees it, and a part of what is said. */
type Planted = readonly [bug: string, row: string, says: string, plant: Plant]

const planted: readonly Planted[] = [
  [
    'what only the emergency log has counts as journaled',
    'F82 ENOSPC while asking',
    'entries left while nothing could be written',
    journal(({ append }) => (at, events) => {
      const stored = append(at, events)
      return stored.ok ? ok('journal') : stored
    }),
  ],
  [
    'what nothing has counts as journaled',
    'F82 EROFS while asking',
    'journaled-first',
    journal(({ append }) => (at, events) => {
      const stored = append(at, events)
      return stored.ok ? stored : ok('journal')
    }),
  ],
  [
    'nobody is told that the journal refuses',
    'F82 EIO while holding',
    'nobody was told of the journal',
    { wrap: () => ({ notifier: { notify: () => undefined } }) },
  ],
  [
    'a kill that cannot be journaled is no kill',
    'F82 EROFS while killing',
    'the kill is not latched',
    latchThatForgets(),
  ],
  [
    'the age of a decision is not looked at before it leaves',
    'F83 writes of 6 s while asking',
    'entry-allowed',
    { look: null },
  ],
  [
    'an exit that a person cancelled is taken to be replaced',
    'F94 cancel-exit while holding',
    'protected',
    brokerWith((port) => ({
      place: (orders) =>
        orders.every(({ role, parentId }) => role === 'entry' || parentId !== null)
          ? port.place(orders)
          : ok(undefined),
    })),
  ],
  [
    'an exit that a person moved is taken to be moved back',
    'F94 modify-exit while holding',
    'the plan gave way',
    brokerWith(() => ({ replace: () => ok(undefined) })),
  ],
  [
    'a kill is not latched beside the journal',
    'F95 pressed three times while holding',
    'it is not latched',
    latchThatForgets(),
  ],
]

function journal(change: (of: Pick<Journal, 'append'>) => Journal['append']): Plant {
  return {
    wrap: ({ journal: of }) => ({
      journal: {
        read: () => of.read(),
        append: change({ append: (at, events) => of.append(at, events) }),
      },
    }),
  }
}

function latchThatForgets(): Plant {
  return {
    wrap: ({ latch }) => ({
      latch: { set: () => undefined, read: () => latch.read(), clear: () => latch.clear() },
    }),
  }
}

function rowNamed(name: string): HostRow {
  const row = Object.values(HOST_ROWS)
    .flat()
    .find((each) => each.name === name)
  assert(row !== undefined, `there is a row ${name}`)
  return row
}

test.each(planted.map((of) => [of[0], of] as const))('%s', async (_bug, [, name, says, plant]) => {
  const complaints = await complaintsOf(rowNamed(name), plant)
  expect(complaints.join('\n')).toContain(says)
})
