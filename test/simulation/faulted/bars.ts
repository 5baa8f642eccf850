import type { Row, Seen } from './row.ts'

const ANY = { reached: () => true } as const
const noEntry = ({ of }: Seen): string | null =>
  of('EntryApproved').length === 0 ? null : 'something was entered'

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
    ...ANY,
    except: { 'every-bar-decided': 'no bar comes under its own minute' },
    holds: noEntry,
  }),
  bars('dst-fold'),
  bars('empty', { ...ANY }),
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
  {
    name: 'F66 adjusted class',
    faults: [{ name: 'corporate-action', what: 'adjusted-class' }],
    bot: 'busy',
    ...ANY,
    holds: noEntry,
  },
  {
    name: 'F66 adjusted multiplier',
    faults: [{ name: 'corporate-action', what: 'adjusted-multiplier' }],
    bot: 'busy',
    ...ANY,
    holds: noEntry,
  },
  {
    name: 'F66 split',
    faults: [{ name: 'corporate-action', what: 'split' }],
    bot: 'busy',
    afterMs: 90_000,
    lastsMs: 3_600_000,
    ...ANY,
  },
  {
    name: 'F66 dividend',
    faults: [{ name: 'corporate-action', what: 'dividend', factor: 0.99 }],
    bot: 'busy',
    afterMs: 90_000,
    lastsMs: 3_600_000,
    ...ANY,
  },
  {
    name: 'F66 renamed',
    faults: [{ name: 'corporate-action', what: 'renamed' }],
    bot: 'holding',
    afterMs: 70_000,
    lastsMs: 60_000,
    ...ANY,
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
    ...ANY,
    ...(Math.abs(offsetMs) > 5_000 && { holds: noEntry }),
  })),
]
