import { newYorkDate } from '../../../src/domain/calendar.ts'
import { legsOf } from '../../../src/domain/contract.ts'
import type { ConId } from '../../../src/domain/contract.ts'
import type { Checker, Sight } from './checker.ts'

/** L1, L2, L11: at rest the link is up and reconciled, and no gate outlives its cause. */
export function gatesClear(): Checker {
  return {
    name: 'gates-clear',
    rested(sight) {
      const { record, now } = sight
      if (record.upSince === null) return 'the link is not up at rest'
      // The ratio of orders to executions is of the whole date: it stays while it is too high.
      const lasts = record.ratio(newYorkDate(now)) >= 15
      // What the broker refused for want of funds is refused until more come, or until tomorrow.
      const left = record.gates.filter(
        ({ gate }) => gate !== 'window' && gate !== 'low-funds' && !(lasts && gate === 'pacing'),
      )
      return left.map(({ gate, reason, symbol }) => ({
        text: `still set at rest: ${gate} (${reason})`,
        about: contractsOf(symbol, sight),
      }))
    },
  }
}

/** All of its underlying that was ever ordered or traded; of a gate for all: of everything. */
function contractsOf(symbol: string | null, { record, gateway }: Sight): readonly ConId[] {
  const traded = gateway.core.state.booked.map(({ contract }) => contract)
  const ordered = [...record.orders.values()].flatMap(({ contract }) =>
    legsOf(contract).map((leg) => leg.contract),
  )
  const meant = [...traded, ...ordered].filter((of) => symbol === null || of.symbol === symbol)
  return [...new Set(meant.map(({ conId }) => conId))]
}
