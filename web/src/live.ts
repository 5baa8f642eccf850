import type { JournalLine, JournalPage, Pulse } from '../../src/dashboard/view.ts'
import type { SettingsView, View } from '../../src/dashboard/view.ts'
import { post, read, Refused } from './api.ts'
import { EVENTFUL, isEventful } from './event-names.ts'
import { atPlace, place } from './place.ts'
import { Store, useStore } from './store.ts'

/** After so long without a view nothing on the page may be taken for the present. */
export const STALE_AFTER_MS = 5000
const LINES_KEPT = 300
const RETRY_MS = 1500
/** A stream that says nothing for so long is opened anew: half-open ones do not end by themselves. */
const SILENT_MS = 15_000

export interface Live {
  readonly view: View | null
  /** By the page's own clock, which never goes back; null: none yet. */
  readonly viewAt: number | null
  /** When a view last came with another time than the one before, by the same clock. */
  readonly movedAt: number | null
  readonly link: 'connecting' | 'open' | 'lost'
  /** When it was lost, by the wall clock. */
  readonly lostAt: number | null
  /** When it was regained, by the page's own clock. */
  readonly regainedAt: number | null
  /** Newest first, of what a person wants to know of. */
  readonly lines: readonly JournalLine[]
  /** Of the newest line that was told, of whatever kind. */
  readonly lineSeq: number
}

const NOTHING: Live = {
  view: null,
  viewAt: null,
  movedAt: null,
  link: 'connecting',
  lostAt: null,
  regainedAt: null,
  lines: [],
  lineSeq: 0,
}

export const live = new Store<Live>(NOTHING)
/** By the page's own clock, four times a second: ages are counted from it. */
export const ticks = new Store(performance.now())

export const useLive = <S>(select: (live: Live) => S): S => useStore(live, select)

/** Everything below the shell has one. */
export function useView(): View {
  const view = useLive((each) => each.view)
  if (view === null) throw new Error('expected a view; the shell shows pages once there is one')
  return view
}

const QUARTER_MS = 250

/** Milliseconds since the newest view; null: none came yet. Whole quarters of a second. */
export function useSilence(): number | null {
  const viewAt = useLive((each) => each.viewAt)
  const now = useStore(ticks, (value) => value)
  return viewAt === null ? null : Math.max(0, now - viewAt)
}

export function useIsStale(): boolean {
  const viewAt = useLive((each) => each.viewAt)
  return useStore(ticks, (now) => viewAt !== null && now - viewAt > STALE_AFTER_MS)
}

/** A simulated clock that stood for so long while views came stands. */
const STANDS_AFTER_MS = 3000

/** Simulated time does not go on: its days are over, or somebody has stopped it. */
export function useStands(): boolean {
  return useLive(({ view, viewAt, movedAt }) => {
    const isSimulated = view !== null && (view.isSimulated || view.speed !== null)
    return isSimulated && viewAt !== null && movedAt !== null && viewAt - movedAt > STANDS_AFTER_MS
  })
}

/** The bot's clock now, to the second: what its newest view said, carried on by ours. */
export function useBotNow(): number {
  const view = useLive((each) => each.view)
  const viewAt = useLive((each) => each.viewAt)
  const stands = useStands()
  return useStore(ticks, (now) => {
    if (view === null || viewAt === null) return 0
    // Of a simulation nobody knows how it went on.
    const passed = Math.max(0, now - viewAt)
    const carried = stands ? 0 : view.speed === null ? passed : Math.min(passed, 1000) * view.speed
    return Math.floor((view.at + carried) / 1000) * 1000
  })
}

/** Follows the bot until it is told to stop; connects anew by itself. */
export function follow(): () => void {
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const open = () => {
    if (isOver) return
    source?.close()
    source = new EventSource('/api/v1/stream')
    source.addEventListener('open', () => {
      opened()
      learnPlace()
    })
    source.addEventListener('view', (event: MessageEvent<string>) => {
      takeView(JSON.parse(event.data) as View)
    })
    source.addEventListener('line', (event: MessageEvent<string>) => {
      takeLines([JSON.parse(event.data) as JournalLine])
    })
    source.addEventListener('pulse', (event: MessageEvent<string>) => {
      // Unanswered it is taken for asleep; a stream that has ended is opened anew anyway.
      void post('stream/seen', JSON.parse(event.data) as Pulse).catch(() => undefined)
    })
    source.addEventListener('error', () => {
      lost()
      source?.close()
      clearTimeout(retry)
      retry = setTimeout(() => void again(), RETRY_MS)
    })
  }
  const again = async () => {
    // A refused stream does not say why: ask where an answer does. 401 signs out by itself.
    const view = await read<View>('view').catch((cause: unknown) => cause)
    if (view instanceof Refused && view.status === 401) return
    open()
  }
  const beat = setInterval(() => {
    ticks.set(Math.floor(performance.now() / QUARTER_MS) * QUARTER_MS)
    const { viewAt, link } = live.get()
    if (link !== 'open' || viewAt === null || performance.now() - viewAt < SILENT_MS) return
    live.set({ ...live.get(), link: 'connecting' })
    open()
  }, QUARTER_MS)

  open()
  void read<JournalPage>(`journal?limit=60&types=${EVENTFUL.join(',')}`)
    .then((page) => takeLines(page.entries))
    .catch(() => undefined) // the stream says what is wrong
  return () => {
    isOver = true
    source?.close()
    clearTimeout(retry)
    clearInterval(beat)
    live.set(NOTHING)
  }
}

function opened(): void {
  const now = live.get()
  const regainedAt = now.lostAt === null ? now.regainedAt : performance.now()
  live.set({ ...now, link: 'open', lostAt: null, regainedAt })
}

function lost(): void {
  const now = live.get()
  live.set({ ...now, link: 'lost', lostAt: now.lostAt ?? Date.now() })
}

/** Of use when the bot is silent, and so asked before. */
function learnPlace(): void {
  if (place.get().config !== null) return
  void read<SettingsView>('settings')
    .then(({ file }) => atPlace({ config: file }))
    .catch(() => undefined) // the next time the stream opens
}

function takeView(view: View): void {
  atPlace({ mode: view.mode })
  const before = live.get()
  const viewAt = performance.now()
  const movedAt = before.view?.at === view.at ? before.movedAt : viewAt
  live.set({ ...before, view, viewAt, movedAt })
}

function takeLines(newer: readonly JournalLine[]): void {
  const now = live.get()
  const known = new Set(now.lines.map(({ seq }) => seq))
  const added = newer.filter((line) => !known.has(line.seq) && isEventful(line))
  const lineSeq = Math.max(now.lineSeq, ...newer.map(({ seq }) => seq))
  const lines = [...added, ...now.lines].sort((a, b) => b.seq - a.seq).slice(0, LINES_KEPT)
  live.set({ ...now, lines, lineSeq })
}
