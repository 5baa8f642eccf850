import { useSyncExternalStore } from 'react'

export const PAGES = [
  ['overview', 'Overview', 'o'],
  ['gateway', 'Gateway', 'g'],
  ['symbols', 'Symbols', 's'],
  ['chain', 'Chain', 'c'],
  ['orders', 'Positions', 'p'],
  ['journal', 'Journal', 'j'],
  ['risk', 'Risk', 'r'],
  ['report', 'Report', 'e'],
  ['settings', 'Settings', 't'],
] as const
export type PageName = (typeof PAGES)[number][0]

export interface Route {
  readonly page: PageName
  /** Of the address, decoded: `#/orders/X` has one. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
}

/** `#/journal/explain/X?text=y`; an unknown page is the overview. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [first = '', ...rest] = path.split('/').map(decoded)
  const page = PAGES.find(([name]) => name === first)?.[0] ?? 'overview'
  return { page, rest, query: new URLSearchParams(query) }
}

export function linkTo(page: PageName, ...rest: readonly string[]): string {
  return `#/${[page, ...rest.map(encodeURIComponent)].join('/')}`
}

export function go(hash: string): void {
  window.location.hash = hash
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => window.location.hash))
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** A half-typed `%` in the address is no reason to show nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
