import { z } from 'zod'
import type { Request } from '../../wire/requests.ts'
import type { Response } from '../../wire/responses.ts'
import { fault, ms } from './fault.ts'
import type { Connection, Ground, Hooks } from './fault.ts'
import { askedOf, saidBy } from '../session/traffic.ts'
import type { Service } from '../session/traffic.ts'

const CHANNELS = ['data', 'orders', 'account'] as const
type Channel = (typeof CHANNELS)[number]

const CHANNEL_OF: Readonly<Record<Service, Channel>> = {
  history: 'data',
  quotes: 'data',
  contracts: 'data',
  orders: 'orders',
  queries: 'orders',
  account: 'account',
}

interface Said {
  readonly connection: Connection
  readonly response: Response
}

/** Answers that come in another order, or more often: F11, F12. */
export const replyFaults = {
  clog: fault({
    number: 'F11',
    line: 'channels are clogged one after the other, and unclogged in random order with a burst',
    label: 'SESSION_HIST_WEDGED',
    connections: 'open',
    parameters: {
      channels: z
        .array(z.enum(CHANNELS))
        .min(1)
        .default(['data', 'orders', 'account'])
        .describe('which; their order is drawn'),
      everyMs: ms.default(2_000).describe('between one step and the next'),
      heldMs: ms
        .nullable()
        .default(20_000)
        .describe('after which unclogging begins; null is when it heals'),
    },
    begin: (parameters, ground) => clogged(parameters, ground),
  }),
  'duplicate-replies': fault({
    number: 'F12',
    line: 'an answer waits until its request is made once more; then both answers arrive',
    label: null,
    parameters: {
      heldMs: ms.default(30_000).describe('an answer comes after so long without a second request'),
    },
    begin: ({ heldMs }, ground) => duplicated(heldMs, ground),
  }),
}

function clogged(
  of: {
    readonly channels: readonly Channel[]
    readonly everyMs: number
    readonly heldMs: number | null
  },
  ground: Ground,
): Hooks {
  const closed = new Set<Channel>()
  const held = new Map<Channel, Said[]>(CHANNELS.map((channel) => [channel, []]))
  const unclog = (channel: Channel): void => {
    closed.delete(channel)
    for (const { connection, response } of held.get(channel)?.splice(0) ?? []) {
      connection.deliver(response)
    }
  }
  const inTurn = (channels: readonly Channel[], step: (channel: Channel) => void): void => {
    for (const [index, channel] of shuffled(channels, ground).entries()) {
      if (index === 0) step(channel)
      else ground.after(index * of.everyMs, () => step(channel))
    }
  }
  inTurn(of.channels, (channel) => void closed.add(channel))
  if (of.heldMs !== null) {
    ground.after(of.channels.length * of.everyMs + of.heldMs, () => inTurn(of.channels, unclog))
  }
  return {
    says: (connection, response) => {
      const service = saidBy(response)
      const channel = service === null ? null : CHANNEL_OF[service]
      if (channel === null || !closed.has(channel)) return [response]
      held.get(channel)?.push({ connection, response })
      return []
    },
    healed: () => {
      for (const channel of shuffled(of.channels, ground)) unclog(channel)
    },
  }
}

function shuffled<T>(items: readonly T[], { prng }: Ground): readonly T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(prng.int(0, left.length - 1), 1))
}

/** What two requests have in common when one repeats the other. */
function contentOf(request: Request): string {
  return JSON.stringify({ ...request, reqId: null })
}

function isReplayable(request: Request): request is Request & { readonly reqId: number } {
  const service = askedOf(request)
  const isQuery = service === 'history' || service === 'contracts' || service === 'queries'
  return isQuery && 'reqId' in request && !request.kind.startsWith('cancel')
}

function duplicated(heldMs: number, ground: Ground): Hooks {
  /** By connection and request number: what it asked, and what it was not told yet. */
  const held = new Map<string, { readonly content: string; readonly said: Said[] }>()
  const keyOf = (connection: Connection, reqId: number): string => connection.owner(reqId)
  const release = (key: string): void => {
    const { said = [] } = held.get(key) ?? {}
    held.delete(key)
    for (const { connection, response } of said) connection.deliver(response)
  }
  return {
    takes: (connection, request) => {
      if (!isReplayable(request)) return false
      const content = contentOf(request)
      const first = [...held].find(([, each]) => each.content === content)
      const key = keyOf(connection, request.reqId)
      if (first === undefined) {
        held.set(key, { content, said: [] })
        ground.after(heldMs, () => release(key))
      } else release(first[0])
      return false
    },
    says: (connection, response) => {
      const reqId = saidBy(response) !== null && 'reqId' in response ? response.reqId : null
      const waiting = reqId === null ? undefined : held.get(keyOf(connection, reqId))
      if (waiting === undefined) return [response]
      waiting.said.push({ connection, response })
      return []
    },
    healed: () => {
      for (const key of held.keys()) release(key)
    },
  }
}
