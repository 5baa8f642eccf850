/** Says what is expected of the underlying; selection says with which contract. */
export type Signal =
  | {
      readonly kind: 'enter'
      readonly outlook: 'rise' | 'fall' | 'range'
      readonly confidence: number // 0 to 1
      readonly reason: string
    }
  | { readonly kind: 'exit'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string }

export type EntrySignal = Extract<Signal, { kind: 'enter' }>
