import { NOWHERE, type Place } from './commands.ts'
import { Store, useStore } from './store.ts'

/** What this page last saw, kept while nobody is signed in: then it is needed most. */
export const place = new Store<Place>(NOWHERE)

export const usePlace = (): Place => useStore(place, (each) => each)

export function atPlace(seen: Partial<Place>): void {
  const now = place.get()
  const next = { ...now, ...seen }
  if (next.mode !== now.mode || next.config !== now.config) place.set(next)
}
