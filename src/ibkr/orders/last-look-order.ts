/** One order frame as it stands on the wire, read by the last look's own field map. */
export interface Framed {
  readonly orderId: number
  readonly parentId: number
  /** What it is of: the contract id, of a combo its legs. */
  readonly key: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
  /** Of a combo. */
  readonly legs: readonly LookLeg[]
  /** The OCA group that lets one of its orders fill at a time; empty: none does. */
  readonly group: string
}

export interface LookLeg {
  readonly conId: string
  /** Contracts in one unit of the combo; negative: sold when it is bought. */
  readonly units: number
}

/** What went out, or was found at the broker, and what was heard of it since. */
export interface Sent extends Framed {
  readonly opens: boolean
  readonly at: number // monotonic
  /** The price that its limit never passes, in dollars; null: it has none. */
  readonly worst: number | null
  /** Of an earlier run: found in a list, and never sent by this one. */
  readonly adopted: boolean
  readonly ref: string
  permId: number
  /** Its size in the last frame, and since when; `quantity` is the larger until that is echoed. */
  asked: number
  askedAt: number
  quantity: number
  /** By executions. */
  filled: number
  /** By a status, which may come first. */
  told: number
  /** Filled by others of its group since its own size was told: so much less is left of it. */
  taken: number
  seenAt: number
  overAt: number | null
  /** It is over, and positions were asked for since: no execution of it is waited for. */
  settled: boolean
}

/** OCA types 1 and 2 hold the others back while one fills; without block two may fill (F46). */
export function tiedBy(ocaGroup: string, ocaType: number): string {
  return ocaType === 1 || ocaType === 2 ? ocaGroup : ''
}

/** One text for one combo, whoever says it. */
export function comboKey(
  legs: readonly { readonly conId: string; readonly units: number }[],
): string {
  return legs.map(({ conId, units }) => `${conId} ${units}`).join('; ')
}

export function legsOf({ key, legs }: Pick<Framed, 'key' | 'legs'>): readonly LookLeg[] {
  return legs.length > 0 ? legs : [{ conId: key, units: 1 }]
}

/** Units of which an execution may yet be heard, at worst. */
export function mayFill(order: Sent): number {
  if (order.settled) return 0
  if (order.overAt !== null) return Math.max(0, order.told - order.filled)
  return Math.max(0, order.quantity - filledOf(order) - order.taken)
}

/** Of an earlier run executions are told for today alone, and in positions they are counted. */
export function filledOf({ adopted, filled, told }: Sent): number {
  return adopted ? Math.max(filled, told) : filled
}
