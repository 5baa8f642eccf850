import { atNewYork } from '../../../src/domain/calendar.ts'
import type { Row, Seen } from './row.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The wall clock of the bot's machine is set, and set back after 40 s. */
function step(byMs: number): Row {
  return {
    name: `F70 the wall clock jumps by ${byMs / SECOND} s`,
    faults: [],
    bot: 'holding',
    afterMs: 80_000,
    plan: { minutes: 4 },
    meanwhile: (world, clock) => {
      clock.step(byMs)
      world.clock.after(40_000, () => clock.step(0 - byMs))
    },
    reached: ({ of }) => of('OrderFilled').length > 0,
  }
}

const nothingHeld = ({ world, of }: Seen): string | null => {
  const held = world.remains.gateway.core.positions().length + world.bot.engine.state.positions.size
  if (held > 0) return `${held} positions are left`
  return of('PositionAdjusted').length <= 1 ? null : 'adjusted more than once'
}

/** By the tick after this time in New York, once, and for nothing but the end of the option. */
function closedBy({ world, of }: Seen, time: string, minutes: number): string | null {
  const at = atNewYork(world.plan.session.date, time)
  const entries = world.remains.journal.read().filter(({ event }) => event.type === 'ExitTriggered')
  const late = entries.map((entry) => entry.at - at)
  if (late.length !== 1 || !late.every((ms) => ms >= 0 && ms <= 1_000))
    return `exits ${late.join()} ms after ${time}`
  const [exit] = of('ExitTriggered')
  const why = `its time is over: its last trading time is ${minutes} min away`
  return exit?.exit === 'close' && exit.reason === why ? null : `${exit?.exit}: ${exit?.reason}`
}

/** F57, F60, F70: days that end early, options that end, clocks that jump. */
export const times: readonly Row[] = [
  ...[1_000, -1_000, 3_000, -3_000, 10_000, -10_000, DAY, -DAY].map(step),
  {
    name: 'F70 the machine sleeps for an hour',
    faults: [{ name: 'half-open' }],
    lastsMs: HOUR,
    bot: 'holding',
    afterMs: 90_000,
    plan: { minutes: 66 },
    meanwhile: (_, clock) => clock.sleep(HOUR),
    reached: ({ of }) => of('OrderFilled').length > 0,
  },
  {
    name: 'F57 an early close that no calendar knows',
    faults: [{ name: 'early-close', at: '13:00' }],
    lastsMs: DAY,
    bot: 'holding',
    plan: { time: '12:55', minutes: 12 },
    reached: ({ of }) => of('CycleEnded').length >= 4,
  },
  {
    name: 'F57 a half day: options of today are closed an hour before they end',
    faults: [],
    bot: 'holding',
    plan: {
      date: '2026-11-27',
      time: '11:40',
      minutes: 25,
      written: { expiry: 'dte:0-0', sameDayExpiry: true },
    },
    reached: ({ of }) => of('OrderFilled').length > 0,
    holds: (seen) => nothingHeld(seen) ?? closedBy(seen, '12:00', 60),
  },
  {
    name: 'F60 an option expires in our hands, and its row says 0',
    faults: [{ name: 'no-liquidity' }, { name: 'expired-zero' }],
    lastsMs: DAY,
    bot: 'holding',
    afterMs: 75_000,
    plan: { time: '15:54', minutes: 10, written: { expiry: 'dte:0-0', sameDayExpiry: true } },
    closeBeforeExpiryMs: 60_000,
    reached: ({ of }) => of('PositionAdjusted').some(({ cause }) => cause === 'expired'),
    holds: nothingHeld,
  },
]
