import type { World } from '../world.ts'
import type { Row, Seen } from './row.ts'

const ANY = { reached: () => true } as const
/** Nothing was entered, and every bar has its reason. */
function noEntry({ of }: Seen): string | null {
  const entries = of('EntryApproved').length
  return entries === 0 ? null : `${entries} entries`
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

const isPaged = ({ notices }: World, what: RegExp): boolean =>
  notices.some(({ level, message }) => level === 'critical' && what.test(message))

const decided = ({ of }: Seen): boolean => of('CycleEnded').length >= 3

/** F55 to F58: exchanges that stop. */
export const markets: readonly Row[] = [
  {
    name: 'F55 market halt while holding',
    faults: [{ name: 'market-halt' }],
    bot: 'holding',
    afterMs: 70_000,
    lastsMs: 60_000,
    ...ANY,
  },
  {
    name: 'F55 market halt from the start',
    faults: [{ name: 'market-halt' }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: () => true,
    holds: noEntry,
  },
  {
    name: 'F56 options halted',
    faults: [{ name: 'option-halt' }],
    bot: 'busy',
    reached: decided,
    holds: noEntry,
  },
  {
    name: 'F56 options halted while holding',
    faults: [{ name: 'option-halt' }],
    bot: 'holding',
    afterMs: 70_000,
    ...ANY,
  },
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
    holds: noEntry,
  })),
  {
    name: 'F61 prices 0 while holding',
    faults: [{ name: 'no-price', of: 'all' }],
    bot: 'holding',
    afterMs: 65_000,
    reached: decided,
    holds: ({ of }) => (of('ExitTriggered').length === 0 ? null : 'an exit was triggered'),
  },
  ...(['crossed', 'wide', 'no-size'] as const).map((how): Row => ({
    name: `F62 quotes ${how}`,
    faults: [{ name: 'bad-quote', how }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: decided,
    holds: noEntry,
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
    afterMs: 65_000,
    reached: decided,
    holds: ({ of }) => (of('ExitTriggered').length === 0 ? null : 'an exit was triggered'),
  },
  {
    name: 'F63 stuck lines',
    faults: [{ name: 'stuck-quote', of: 'all' }],
    bot: 'holding',
    afterMs: 65_000,
    ...ANY,
  },
  ...(['type', 'ticks'] as const).map((says): Row => ({
    name: `F64 delayed, said by ${says} alone`,
    faults: [{ name: 'mislabelled-delay', says }],
    bot: 'busy',
    plan: { minutes: 3 },
    reached: decided,
    holds: noEntry,
  })),
  ...(['nan', 'unset'] as const).flatMap((value): readonly Row[] => [
    {
      name: `F68 greeks ${value}, strike by delta`,
      faults: [{ name: 'no-greeks', value }],
      bot: 'busy',
      plan: { minutes: 3, written: { strike: 'delta:0.40' } },
      reached: decided,
      holds: noEntry,
    },
    {
      name: `F68 greeks ${value}, strike by offset`,
      faults: [{ name: 'no-greeks', value }],
      bot: 'busy',
      reached: decided,
    },
  ]),
]
