import { z } from 'zod'
import type { Cancel } from '../../base/clock.ts'
import { fault, ms } from './fault.ts'
import type { Hooks } from './fault.ts'
import type { Cut } from './fault-link.ts'
import type { Shape } from '../broker/lane.ts'

const direction = z
  .enum(['requests', 'replies', 'both'])
  .default('both')
  .describe('what the client sends, what it is sent, or both')

const cutting = {
  direction: z
    .enum(['requests', 'replies'])
    .default('replies')
    .describe('whose next frame is cut: the client sends it, or is sent it'),
  keepBytes: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('bytes of the frame that still pass; null is half of it'),
  times: z.number().int().min(1).default(1).describe('for new connections: how many are cut'),
}

/** Of all connections it begins with, then of as many new ones as `times` leaves. */
function severed(how: Cut['how'], { times, ...cut }: Omit<Cut, 'how'> & { times: number }): Hooks {
  let left = times
  return {
    opened: ({ link }, isNew) => {
      if (isNew && left-- <= 0) return undefined
      return link.cut({ ...cut, how })
    },
  }
}

function held(direction: 'requests' | 'replies' | 'both', acknowledged: boolean): Hooks {
  return { opened: ({ link }) => link.hold(direction, { acknowledged }) }
}

function shaped(direction: 'requests' | 'replies' | 'both', shape: Shape): Hooks {
  return { opened: ({ link }) => link.shape(direction, shape) }
}

const AS_IT_IS: Shape = {
  latencyMs: () => 0,
  bytesPerSecond: null,
  segmentBytes: null,
  gatherMs: 0,
}

/** Bytes between two hosts: F1 to F8. */
export const linkFaults = {
  'reset-mid-frame': fault({
    number: 'F1',
    line: 'the next frame passes in part, then TCP RST',
    label: 'GATEWAY_DOWN',
    connections: 'open',
    parameters: cutting,
    begin: (parameters) => severed('reset', parameters),
  }),
  'close-mid-frame': fault({
    number: 'F2',
    line: 'the next frame passes in part, then FIN',
    label: 'GATEWAY_DOWN',
    connections: 'open',
    parameters: cutting,
    begin: (parameters) => severed('close', parameters),
  }),
  'half-open': fault({
    number: 'F3',
    line: 'the kernel acknowledges, the application neither reads nor sends until it heals',
    label: 'GATEWAY_HUNG',
    parameters: {},
    begin: () => held('both', true),
  }),
  blackhole: fault({
    number: 'F4',
    line: 'nothing is acknowledged and nothing comes; all of it comes when it heals',
    label: 'NETWORK_BLACKHOLE',
    parameters: {},
    begin: () => held('both', false),
  }),
  'lose-requests': fault({
    number: 'F6',
    line: 'what the client sends is never acknowledged, what it is sent arrives',
    label: 'NETWORK_BLACKHOLE',
    parameters: {},
    begin: () => held('requests', false),
  }),
  'slow-link': fault({
    number: 'F7',
    line: 'latency and a narrow line',
    label: 'NETWORK_BLACKHOLE',
    parameters: {
      direction,
      latencyMs: z
        .tuple([ms, ms])
        .default([2_000, 8_000])
        .describe('drawn between the two for everything that is sent'),
      bytesPerSecond: z.number().min(1).nullable().default(1_000).describe('null is no limit'),
    },
    begin: ({ direction, latencyMs: [from, to], bytesPerSecond }, { prng }) =>
      shaped(direction, {
        ...AS_IT_IS,
        latencyMs: () => from + prng.next() * (to - from),
        bytesPerSecond,
      }),
  }),
  segments: fault({
    number: 'F8',
    line: 'bytes arrive in small pieces, or gathered into large ones',
    label: null,
    parameters: {
      direction,
      segmentBytes: z.number().int().min(1).nullable().default(1).describe('null: not cut'),
      gatherMs: ms.default(0).describe('what falls into so long arrives together'),
    },
    begin: ({ direction, segmentBytes, gatherMs }) =>
      shaped(direction, { ...AS_IT_IS, segmentBytes, gatherMs }),
  }),
  'lose-replies': fault({
    number: 'F5',
    line: 'requests arrive and are executed, replies and pushes are lost',
    label: 'GATEWAY_HUNG',
    parameters: {},
    begin: () => lost(),
  }),
}

/** Whole messages are lost, so that the stream is one again when it heals; greetings wait. */
function lost(): Hooks {
  return {
    opened: ({ link }, isNew): Cancel | undefined =>
      isNew ? link.hold('replies', { acknowledged: true }) : undefined,
    says: () => [],
  }
}
