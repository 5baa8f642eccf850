import type { RequestClass } from '../../engine/health.ts'
import type { Request } from '../../wire/requests.ts'

/**
 * Which data farm serves what this bot asks for: stocks, indices and options of the United States.
 * IBKR says nowhere what a farm serves; the names are those that Gateways say in their notices
 * (2103 to 2108, 2157, 2158), and what is told here of each is what it is seen to serve.
 */
interface Farm {
  readonly service: RequestClass
  /** Null: whatever kind of contract. */
  readonly secTypes: readonly string[] | null
}

const USED: Readonly<Record<string, Farm>> = {
  usfarm: { service: 'quotes', secTypes: ['STK', 'IND'] },
  usopt: { service: 'quotes', secTypes: ['OPT'] },
  ushmds: { service: 'history', secTypes: null },
  secdefil: { service: 'contracts', secTypes: null },
  secdefnj: { service: 'contracts', secTypes: null },
}

/** Of other markets and kinds of contracts: nothing that is traded here comes from them. */
const UNUSED: ReadonlySet<string> = new Set(
  `eufarm eurofarm hfarm jfarm cashfarm usfuture usbond fundfarm
  euhmds hkhmds cashhmds fundhmds secdefeu secdefhk`.split(/\s+/),
)

/**
 * Whether an entry may need this farm. One that the table does not know may be needed, and is back
 * when the Gateway says so.
 */
export function mayBeNeeded(farm: string): boolean {
  return !UNUSED.has(farm)
}

/** Whether an answer can prove that this farm works: the table knows what it serves. */
export function isProvable(farm: string): boolean {
  return USED[farm] !== undefined
}

/** Whether this farm, by the table, serves what was asked; `of` is the class of the question. */
export function serves(farm: string, of: RequestClass | null, request: Request): boolean {
  const known = USED[farm]
  if (known === undefined || known.service !== of) return false
  // The farm of history answers what it is asked; bars of another kind may be made elsewhere.
  if (of === 'history' && request.kind !== 'reqHistoricalData') return false
  if (of === 'quotes' && request.kind !== 'reqMktData') return false
  if (known.secTypes === null) return true
  return 'contract' in request && known.secTypes.includes(request.contract.secType)
}

/** Whether both may serve the same question, so that an answer says nothing of either. */
export function areAlike(farm: string, other: string): boolean {
  const [a, b] = [USED[farm], USED[other]]
  if (farm === other || a === undefined || b === undefined || a.service !== b.service) return false
  const { secTypes } = b
  return a.secTypes === null || secTypes === null || a.secTypes.some((of) => secTypes.includes(of))
}
