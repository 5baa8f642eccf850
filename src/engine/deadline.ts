import type { Cancel, Clock } from '../base/clock.ts'
import { fail } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { Fault } from './ports.ts'

export interface Deadline {
  readonly clock: Clock
  readonly ms: number
  /** What was not answered in time, for the fault. */
  readonly of: string
}

/** Every question has an end: its answer, or a fault once `ms` have passed. */
export async function withDeadline<T>(
  deadline: Deadline,
  ask: (signal: AbortSignal) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  const controller = new AbortController()
  let stop: Cancel = () => undefined
  const late = new Promise<Result<T, Fault>>((resolve) => {
    stop = deadline.clock.after(deadline.ms, () => {
      controller.abort()
      resolve(fail(timeout(deadline)))
    })
  })
  const answer = await Promise.race([ask(controller.signal), late])
  stop()
  return answer
}

function timeout({ of, ms }: Deadline): Fault {
  const detail = `expected ${of} within ${ms / 1000} s; none came`
  return { code: 'timeout', retry: 'later', detail, vendorCode: null }
}
