import type { Event } from '../../../src/trading/event.ts'
import type { Row, Seen } from './row.ts'

const noEntry = ({ of }: Seen): string | null =>
  of('EntryApproved').length === 0 ? null : 'something was entered'

/** What is picked delivers 100 shares, whatever risk would say of it. */
function standardOnly({ of }: Seen): string | null {
  const other = [...of('EntryApproved'), ...of('EntryRefused')].find(({ request }) => {
    const { contract } = request.candidate
    if (contract.kind !== 'option') return true
    return contract.tradingClass !== 'SPY' || contract.multiplier !== 100
  })
  return other === undefined ? null : JSON.stringify(other.request.candidate.contract)
}

const closesOf = (ended: readonly Extract<Event, { type: 'CycleEnded' }>[]) =>
  ended.flatMap(({ outcome }) => {
    const [, slow, close] = /EMA21 ([\d.]+), close ([\d.]+)/.exec(outcome.reason) ?? []
    return slow === undefined ? [] : [{ slow: Number(slow), close: Number(close) }]
  })

/** No decision rests on bars of before and of after at once. */
function unmixed({ of }: Seen): string | null {
  const mixed = closesOf(of('CycleEnded')).find(
    ({ slow, close }) => Math.abs(slow / close - 1) > 0.1,
  )
  return mixed === undefined ? null : `EMA21 ${mixed.slow}, close ${mixed.close}`
}

function bars(how: string, more: Partial<Row> = {}): Row {
  return {
    name: `F65 bars ${how}`,
    faults: [{ name: 'bad-bars', how }],
    bot: 'busy',
    reached: ({ of }) => of('CycleEnded').length >= 3,
    ...more,
  }
}

/** F65 to F67, F73. */
export const data: readonly Row[] = [
  bars('missing'),
  bars('duplicate'),
  bars('out-of-order'),
  bars('unfinished'),
  bars('volume-zero'),
  bars('volume-unset'),
  bars('wrong-zone', {
    reached: ({ of }) => of('CycleEnded').length < 3,
    except: { 'every-bar-decided': 'no bar comes under its own minute' },
    holds: noEntry,
  }),
  bars('dst-fold'),
  bars('empty'),
  bars('no-data', { lastsMs: 60_000, plan: { minutes: 5 } }),
  {
    name: 'F65 spurious 200 for contracts, then they exist',
    faults: [{ name: 'no-definition', requests: ['reqContractDetails'] }],
    bot: 'busy',
    lastsMs: 90_000,
    plan: { minutes: 5 },
    reached: ({ of }) => of('CycleEnded').length >= 3,
    holds: ({ of }) =>
      of('EntryApproved').length > 0 ? null : 'a single 200 was held against it all day',
  },
  ...(['adjusted-class', 'adjusted-multiplier'] as const).flatMap((what): readonly Row[] => [
    {
      name: `F66 ${what} of every option`,
      faults: [{ name: 'corporate-action', what }],
      bot: 'busy',
      reached: ({ of }) => of('CycleEnded').length >= 3,
      holds: (seen) => noEntry(seen) ?? standardOnly(seen),
    },
    {
      name: `F66 ${what} of some, beside standard ones`,
      faults: [{ name: 'corporate-action', what, strikes: 'odd' }],
      bot: 'busy',
      reached: ({ of }) => of('EntryApproved').length > 0,
      holds: standardOnly,
    },
  ]),
  {
    name: 'F66 split',
    faults: [{ name: 'corporate-action', what: 'split' }],
    bot: 'busy',
    afterMs: 90_000,
    lastsMs: 3_600_000,
    reached: ({ of }) => closesOf(of('CycleEnded')).some(({ close }) => close < 400),
    holds: unmixed,
  },
  {
    name: 'F66 dividend',
    faults: [{ name: 'corporate-action', what: 'dividend', factor: 0.99 }],
    bot: 'busy',
    afterMs: 90_000,
    lastsMs: 3_600_000,
  },
  {
    name: 'F66 renamed',
    faults: [{ name: 'corporate-action', what: 'renamed' }],
    bot: 'holding',
    afterMs: 70_000,
    lastsMs: 60_000,
  },
  {
    name: 'F67 phantom strikes',
    faults: [{ name: 'phantom-strikes' }],
    bot: 'busy',
    reached: ({ of }) => of('OrderFilled').length > 0,
  },
  ...[3_000, 10_000, -10_000].map((offsetMs): Row => ({
    name: `F73 the Gateway's clock ${offsetMs} ms off`,
    faults: [{ name: 'gateway-clock', offsetMs }],
    bot: 'busy',
    ...(Math.abs(offsetMs) > 5_000 && { holds: noEntry }),
  })),
]
