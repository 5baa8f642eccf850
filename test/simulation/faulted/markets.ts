import type { World } from '../world.ts'
import type { Row, Seen } from './row.ts'

/** Nothing was entered. */
function noEntry({ of }: Seen): string | null {
  const entries = of('EntryApproved').length
  return entries === 0 ? null : `${entries} entries`
}

/** Nothing was entered, and of all that was wanted each candidate says why not. */
const refusedFor =
  (why: RegExp) =>
  (seen: Seen): string | null => {
    const wanted = seen.of('CycleEnded').filter(({ outcome }) => / enter: /.test(outcome.reason))
    const other = wanted.find(({ outcome }) => !why.test(outcome.reason))
    if (wanted.length === 0) return 'nothing was wanted'
    return other === undefined ? noEntry(seen) : other.outcome.reason
  }
/** Limited first, then at the market; when even that fills nothing, a person is told of it. */
function wayOut({ world, of }: Seen): string | null {
  const chased = of('ReplaceIntended').some(({ change }) => change.terms.type === 'MKT')
  if (!chased) return 'the close did not go to the market'
  if (!isPaged(world, /nobody takes the other side/)) return 'nobody was paged'
  const [{ structureId } = { structureId: null }] = of('ExitTriggered')
  const left = structureId && world.bot.engine.state.structures.get(structureId)?.quantity
  return left === 0 ? null : `${left} are still held`
}

/**
 * The bid is below the stop from the start, the broker does not elect it, and a person wants to
 * close: nothing of that may lead to anything while nothing trades, but to a page.
 */
function haltedWhileHolding(name: string, fault: 'market-halt' | 'option-halt'): Row {
  return {
    name: `${name} while holding`,
    faults: [{ name: fault }],
    bot: 'holding',
    plan: { written: { stopLoss: '1%' } },
    from: 'filled',
    lastsMs: 60_000,
    meanwhile: (world) => {
      world.remains.gateway.core.impose({ kind: 'stops-late' })
      world.clock.after(40_000, () => world.say('close'))
    },
    reached: ({ during }) => during('ExitTriggered').length > 0,
    holds: ({ world, during }) => {
      const reasons = during('ExitTriggered').map(({ reason }) => reason)
      if (reasons.join() !== 'close by simulation') return `triggered: ${reasons.join()}`
      const passed = during('StopPassed').length
      if (passed > 0) return 'a halted quote passed a stop'
      const sent = [...during('OrderIntended'), ...during('ReplaceIntended')]
      if (sent.length > 0) return `${sent.length} orders were sent`
      return isPaged(world, /is to be closed, and its contract is halted/)
        ? null
        : 'nobody was paged'
    },
  }
}

const isPaged = ({ notices }: World, what: RegExp): boolean =>
  notices.some(({ level, message }) => level === 'critical' && what.test(message))

const decided = ({ of }: Seen): boolean => of('CycleEnded').length >= 3

/** F55 to F58: exchanges that stop. */
export const markets: readonly Row[] = [
  haltedWhileHolding('F55 market halt', 'market-halt'),
  {
    name: 'F55 market halt from the start',
    faults: [{ name: 'market-halt' }],
    bot: 'busy',
    plan: { minutes: 3 },
    holds: noEntry,
  },
  {
    name: 'F56 options halted',
    faults: [{ name: 'option-halt' }],
    bot: 'busy',
    reached: decided,
    holds: refusedFor(/(: halted.*){2}$/),
  },
  haltedWhileHolding('F56 options halted', 'option-halt'),
  {
    name: 'F58 no liquidity for the way out',
    faults: [{ name: 'no-liquidity' }],
    bot: 'holding',
    from: 'filled',
    afterMs: 5_000,
    lastsMs: 90_000,
    meanwhile: (world) => world.say('close'),
    reached: ({ of }) => of('ExitTriggered').length > 0,
    holds: wayOut,
  },
]

/** F61 to F64, F68: quotes. */
export const quotes: readonly Row[] = [
  ...(['zero', 'minus-one', 'nan', 'empty'] as const).map((value): Row => ({
    name: `F61 prices ${value}`,
    faults: [{ name: 'no-price', value, of: 'all' }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: decided,
    holds: refusedFor(/(: no bid.*){2}$/),
  })),
  {
    name: 'F61 prices 0 while holding',
    faults: [{ name: 'no-price', of: 'all' }],
    bot: 'holding',
    afterMs: 65_000,
    reached: decided,
    holds: ({ of }) => (of('ExitTriggered').length === 0 ? null : 'an exit was triggered'),
  },
  ...Object.entries({
    crossed: /(: crossed [\d.]+ x .*){2}$/,
    wide: /(: spread 133.33% of mid .*){2}$/,
    'no-size': /(: quoted without size.*){2}$/,
  }).map(([how, why]): Row => ({
    name: `F62 quotes ${how}`,
    faults: [{ name: 'bad-quote', how }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: decided,
    holds: refusedFor(why),
  })),
  {
    name: 'F62 quotes locked',
    faults: [{ name: 'bad-quote', how: 'locked' }],
    bot: 'busy',
    reached: decided,
  },
  {
    name: 'F62 crossed while holding',
    faults: [{ name: 'bad-quote', how: 'crossed' }],
    bot: 'holding',
    from: 'filled',
    lastsMs: 60_000,
    meanwhile: (world) => world.clock.after(20_000, () => world.say('close')),
    reached: ({ during }) => during('ExitTriggered').length > 0,
    holds: ({ during }) => {
      const reasons = during('ExitTriggered').map(({ reason }) => reason)
      if (reasons.join() !== 'close by simulation') return `triggered: ${reasons.join()}`
      const closes = during('OrderIntended').filter(({ order }) => order.role === 'close')
      const types = closes.map(({ order }) => order.terms.type)
      return types.join() === 'MKT' ? null : `closed by ${types.join()}`
    },
  },
  {
    name: 'F63 stuck lines',
    faults: [{ name: 'stuck-quote', of: 'all' }],
    bot: 'holding',
    afterMs: 65_000,
  },
  ...(['type', 'ticks'] as const).map((says): Row => ({
    name: `F64 delayed, said by ${says} alone`,
    faults: [{ name: 'mislabelled-delay', says }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: decided,
    holds: refusedFor(/(: delayed quote.*){2}$/),
  })),
  ...(['nan', 'unset'] as const).flatMap((value): readonly Row[] => [
    {
      name: `F68 greeks ${value}, strike by delta`,
      faults: [{ name: 'no-greeks', value }],
      bot: 'busy',
      plan: { minutes: 3, written: { strike: 'delta:0.40' } },
      reached: decided,
      holds: refusedFor(/(: delta unknown.*){2}$/),
    },
    {
      name: `F68 greeks ${value}, strike by offset`,
      faults: [{ name: 'no-greeks', value }],
      bot: 'busy',
      reached: decided,
    },
  ]),
]
