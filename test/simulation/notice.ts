import type { EpochMs } from '../../src/base/clock.ts'
import type { Notifier } from '../../src/engine/ports.ts'

/** What a person was told, and when. */
export interface Notice extends Omit<Parameters<Notifier['notify']>[0], 'kind'> {
  readonly at: EpochMs
}
