import { reporting } from '../simulation/planted/bug.ts'
import type { Plant } from './play.ts'

let runs = 0

/** Bugs that show only where something goes wrong: to see what a campaign makes of one. */
const PLANTS: Readonly<Record<string, () => Plant>> = {
  /** As client libraries do that forget an order with its cancel (R1, F42). */
  'late-fills-dropped': () => {
    const cancelled = new Set<string>()
    return reporting((report) => {
      if (report.kind === 'evidence' && report.evidence.kind === 'cancel-reported') {
        cancelled.add(report.orderId)
      }
      const isLate = report.kind === 'filled' && cancelled.has(report.fill.orderId)
      return isLate ? [] : [report]
    })
  },
  /** What a second run says is not what the first one said: no bug of the bot, but of a proof. */
  'runs-counted': () => {
    const run = ++runs
    return {
      wrap: ({ notifier }) => ({
        notifier: {
          ...notifier,
          notify: (of) => notifier.notify({ ...of, message: `${of.message} (run ${run})` }),
        },
      }),
    }
  },
  /** As if a report could come once only: what comes again is booked again (F12, R17). */
  'repeats-booked': () => {
    const told = new Set<string>()
    return reporting((report) => {
      if (report.kind !== 'filled') return [report]
      const isAgain = told.has(report.fill.execId)
      told.add(report.fill.execId)
      const revision = report.fill.revision + (isAgain ? 1 : 0)
      return [{ ...report, fill: { ...report.fill, revision } }]
    })
  },
}

export const PLANT_NAMES: readonly string[] = Object.keys(PLANTS)

/** Null plants nothing; throws where there is none of this name. */
export function plantNamed(name: string | null): Plant {
  if (name === null) return {}
  const plant = PLANTS[name]
  if (plant === undefined) {
    throw new Error(`expected a planted bug of ${PLANT_NAMES.join(', ')}, came ${name}`)
  }
  return plant()
}
