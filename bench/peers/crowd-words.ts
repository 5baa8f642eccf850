/** Everybody who looks at once, in a process of their own. */
export interface CrowdAsked {
  readonly base: string
  readonly people: readonly { readonly cookie: string; readonly csrf: string }[]
  readonly requestsPerS: number
  /** They read the beginning of the stream, and no more. */
  readonly slowReaders: number
  /** They read all of it, and answer what they are asked. */
  readonly quickReaders: number
}

export interface CrowdSaid {
  readonly seconds: number
  /** By status; `failed`: there was no answer. */
  readonly answers: Readonly<Record<string, number>>
  readonly streamsOpened: number
  /** Ended by the server, as those find who look at last. */
  readonly streamsEnded: number
  /** The most that one of the quick readers was sent. */
  readonly quickBytes: number
  readonly quickDropped: number
}

/** Of the metrics of this one process, which lives for minutes. */
export const METRICS_TOKEN = 'of-a-bench-and-of-nothing-else'
