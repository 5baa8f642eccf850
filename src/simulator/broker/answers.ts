import type { Clock } from '../../base/clock.ts'
import { fail } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'

export function fault(
  code: Fault['code'],
  detail: string,
  retry: Fault['retry'] = 'later',
): { readonly ok: false; readonly error: Fault } {
  return fail({ code, retry, detail, vendorCode: null })
}

/** Answers after some milliseconds, from what is true then; at once when it is called off. */
export function answerAfter<T>(
  of: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal },
  answer: () => Result<T, Fault>,
): Promise<Result<T, Fault>> {
  return new Promise((resolve) => {
    const calledOff = (): void => resolve(fault('timeout', 'the question was called off'))
    if (of.signal.aborted) return calledOff()
    of.signal.addEventListener('abort', calledOff, { once: true })
    of.clock.after(of.ms, () => {
      of.signal.removeEventListener('abort', calledOff)
      resolve(answer())
    })
  })
}
