/** What came of one attempt to tell somebody something. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** Worth another attempt; not before so long, if the receiver said so. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | null }
  /** No repetition changes it: what a person can do. */
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string }

export const DELIVERED: Delivery = { kind: 'delivered' }

export function later(reason: string, afterMs: number | null = null): Delivery {
  return { kind: 'later', reason, afterMs }
}

export function refused(reason: string, remedy: string): Delivery {
  return { kind: 'refused', reason, remedy }
}
