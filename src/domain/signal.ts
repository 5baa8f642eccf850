/** Where an option is looked for, instead of where the configuration says. */
export interface OptionSearch {
  /** Calendar days to expiry, both included. */
  readonly dte: { readonly min: number; readonly max: number }
  /** How far out of the money, as a ratio of the spot, both included: 0.05 is 5 %. */
  readonly otm: { readonly min: number; readonly max: number }
}

/** Says what is expected of the underlying; selection says with which contract. */
export type Signal =
  | {
      readonly kind: 'enter'
      readonly outlook: 'rise' | 'fall' | 'range'
      readonly confidence: number // 0 to 1
      readonly reason: string
      readonly search?: OptionSearch
    }
  | { readonly kind: 'exit'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string }

export type EntrySignal = Extract<Signal, { kind: 'enter' }>
