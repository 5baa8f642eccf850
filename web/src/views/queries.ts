import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type {
  ChainView,
  IncidentView,
  JournalLine,
  LatencyHistory,
  OrderDetail,
  SettingsView,
  SymbolDetail,
  TradeView,
} from '../../../src/dashboard/view.ts'
import { read, readOr } from '../api.ts'
import { useLive } from '../live.ts'

/** What the stream does not carry is asked for, and asked anew while it is looked at. */
function useAsked<T>(path: string, everyMs: number | false) {
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => read<T>(path, signal),
    refetchInterval: everyMs,
  })
}

/** Null, or nothing, where the bot knows of none. */
function useKnown<T>(none: T, path: string, everyMs: number | false) {
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => readOr<T>(none, path, signal),
    refetchInterval: everyMs,
  })
}

/** What grows with the journal: the newest, and further back as it is asked for. */
function usePages<T>(path: string, limit: number, at: (row: T) => number) {
  const asked = useInfiniteQuery({
    queryKey: [path, limit],
    queryFn: ({ pageParam, signal }) =>
      read<readonly T[]>(
        `${path}?limit=${limit}${pageParam === null ? '' : `&before=${pageParam}`}`,
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => {
      const last = page.at(-1)
      return last === undefined || page.length < limit ? undefined : at(last)
    },
    // Every page that is loaded would be asked for again: who looks far back sees what was then.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 10_000),
  })
  return { ...asked, data: asked.data?.pages.flat() }
}

const part = encodeURIComponent

/** Simulated time runs ahead of a page that asks in real time. */
const useEvery = (ms: number): number =>
  useLive(({ view }) => ((view?.speed ?? 1) >= 10 ? Math.ceil(ms / 4) : ms))

export const useSymbol = (symbol: string) =>
  useKnown<SymbolDetail | null>(null, `symbols/${part(symbol)}`, useEvery(5000))
export const useChain = (symbol: string) =>
  useKnown<ChainView | null>(null, `chain/${part(symbol)}`, useEvery(5000))
export const useOrder = (id: string) => useAsked<OrderDetail>(`orders/${part(id)}`, 2000)
export const useTrades = (limit: number) =>
  usePages<TradeView>('trades', limit, ({ openedAt }) => openedAt)
export const useIncidents = (limit: number) =>
  usePages<IncidentView>('incidents', limit, ({ since }) => since)
export const useLatency = () => useAsked<LatencyHistory>('latency', 10_000)
export const useExplain = (id: string) =>
  useKnown<readonly JournalLine[]>([], `journal/explain/${part(id)}`, false)
export const useSettings = () => useAsked<SettingsView>('settings', false)
