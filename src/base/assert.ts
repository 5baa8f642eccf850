/** A broken truth ends the process: nothing below `cli/` catches it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** States a truth. What can happen in production is not asserted but answered with a `Result`. */
export function assert(condition: boolean, truth: string): asserts condition {
  if (!condition) throw new AssertionError(`expected: ${truth}`)
}

/** The end of an exhaustive switch: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new AssertionError(`expected: no other case than those handled, came ${String(value)}`)
}
