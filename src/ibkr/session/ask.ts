import type { Cancel } from '../../base/clock.ts'
import type { Result } from '../../base/result.ts'
import { fail } from '../../base/result.ts'
import type { Fault } from '../../engine/ports.ts'
import type { Question } from './question.ts'
import type { RequestLedger } from './requests.ts'

/** As a promise. When `signal` aborts, the request ends at the Gateway too. */
export function ask<T>(
  ledger: RequestLedger,
  question: Question<T>,
  signal?: AbortSignal,
): Promise<Result<T, Fault>> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve(fail(ABORTED))
    let stop: Cancel = () => undefined
    const abort = (): void => {
      stop()
      resolve(fail(ABORTED))
    }
    signal?.addEventListener('abort', abort, { once: true })
    stop = ledger.open(question, (result) => {
      signal?.removeEventListener('abort', abort)
      resolve(result)
    })
  })
}

/** As a promise, shared with whoever asks the same meanwhile. */
export function askShared<T>(
  ledger: RequestLedger,
  question: Question<T>,
): Promise<Result<T, Fault>> {
  return new Promise((resolve) => {
    ledger.share(question, resolve)
  })
}

export const ABORTED: Fault = {
  code: 'timeout',
  retry: 'later',
  detail: 'whoever asked does not wait any more',
  vendorCode: null,
}
