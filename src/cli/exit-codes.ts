/** What a script can read from how a command ended; 0 only for what was asked for. */
export const exitCodes = {
  done: 0,
  /** A defect of ours: the message says which truth did not hold. */
  internal: 1,
  /** The command line, the configuration or a file that was named. */
  usage: 2,
  /** Nothing useful answered at the Gateway's address, or no bot is running. */
  connection: 3,
  /** Understood and refused, like mode live without its three acts. */
  refused: 4,
  /** The journal could not be opened, or does not belong here. */
  journal: 5,
  /** It ran, and something that must hold did not: the report says what. */
  violated: 6,
  /** It ran, and what must hold could not be judged: the report says why. */
  inconclusive: 7,
  /** It did what was asked for, and a disk would not keep that: nothing may start unaware of it. */
  unsaved: 8,
  // 142 is SIGALRM: the event loop stood still for 10 s, and the thread that watches it ended the
  // process. That thread has no other way to end it.
} as const

/** An ending that the user can act on; printed without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: number

  constructor(code: keyof typeof exitCodes, message: string) {
    super(message)
    this.code = exitCodes[code]
  }
}
