import type { Settings } from '../../../src/config/settings.ts'
import type { Planted } from './bug.ts'
import { bugsInBooks } from './in-books.ts'
import { bugsInEntries } from './in-entries.ts'
import { bugsInOrders } from './in-orders.ts'
import { bugsInProcess } from './in-process.ts'
import { bugsInRecovery } from './in-recovery.ts'

/** Every bug that a checker was tried on; some of them bend these settings. */
export function bugsOf(settings: Settings): readonly Planted[] {
  return [
    ...bugsInOrders,
    ...bugsInEntries(settings),
    ...bugsInBooks,
    ...bugsInRecovery,
    ...bugsInProcess,
  ]
}
