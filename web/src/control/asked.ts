import type { Verb } from '../../../src/dashboard/view.ts'
import { Store } from '../store.ts'

/** The command whose dialog is open; its buttons are in several places, and it has keys. */
export const asked = new Store<Exclude<Verb, 'cancel' | 'close'> | null>(null)
