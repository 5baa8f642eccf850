import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Banner, StatusBar } from './banner.tsx'
import { Control } from './control/control.tsx'
import { gain } from './format.ts'
import { useLive, useIsStale } from './live.ts'
import { Nav } from './nav.tsx'
import { dayPnl } from './picture.ts'
import { PAGES, useRoute, type PageName } from './route.ts'
import { Help, useShortcuts } from './shortcuts.tsx'
import { StaleBar } from './stale.tsx'
import { Boundary } from './ui/boundary.tsx'
import { Loading } from './ui/states.tsx'
import { Overview } from './views/overview.tsx'

const views: Readonly<Record<PageName, React.ComponentType>> = {
  overview: Overview,
  gateway: lazy(() => import('./views/charted.ts').then((m) => ({ default: m.Gateway }))),
  symbols: lazy(() => import('./views/symbols.tsx').then((m) => ({ default: m.Symbols }))),
  chain: lazy(() => import('./views/plain.ts').then((m) => ({ default: m.Chain }))),
  orders: lazy(() => import('./views/plain.ts').then((m) => ({ default: m.Orders }))),
  journal: lazy(() => import('./views/plain.ts').then((m) => ({ default: m.Journal }))),
  risk: lazy(() => import('./views/plain.ts').then((m) => ({ default: m.Risk }))),
  report: lazy(() => import('./views/charted.ts').then((m) => ({ default: m.Report }))),
  settings: lazy(() => import('./views/plain.ts').then((m) => ({ default: m.Settings }))),
}

/** Where the navigation is shorter. */
const HEADINGS: Readonly<Partial<Record<PageName, string>>> = {
  gateway: 'Gateway health',
  orders: 'Positions and orders',
}

export function Shell() {
  const { page } = useRoute()
  const hasView = useLive(({ view }) => view !== null)
  const isStale = useIsStale()
  const [isHelpOpen, setIsHelpOpen] = useState(false)
  useShortcuts(() => setIsHelpOpen(true))
  useTitle(page)
  const heading = useFocusOnChange(page)
  const title = HEADINGS[page] ?? PAGES.find(([name]) => name === page)?.[1] ?? ''
  const View = views[page]

  return (
    <div className={`app ${isStale ? 'is-stale' : ''}`}>
      <a className="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header className="top">
        <Banner />
        <div className="bar">
          <StatusBar />
          <Control />
        </div>
        <StaleBar />
      </header>
      <Nav openHelp={() => setIsHelpOpen(true)} />
      <main id="main" tabIndex={-1}>
        <h1 ref={heading} tabIndex={-1} className={page === 'overview' ? 'sr-only' : ''}>
          {title}
        </h1>
        {hasView ? (
          <Suspense fallback={<Loading what={title} rows={6} />}>
            <Boundary of={page}>
              <View />
            </Boundary>
          </Suspense>
        ) : (
          <>
            <p className="note">The bot has not shown anything yet; it does with its first turn.</p>
            <Loading what="what the bot says" rows={8} />
          </>
        )}
      </main>
      {isHelpOpen ? <Help onClose={() => setIsHelpOpen(false)} /> : null}
    </div>
  )
}

/** The address stays: it says which page is shown. */
function skip(event: React.MouseEvent): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main')?.focus()
}

/** In the tab, where it is read without looking at the page. */
function useTitle(page: PageName): void {
  const view = useLive((each) => each.view)
  const isStale = useIsStale()
  const pnl = view === null ? null : dayPnl(view).pnl
  const alarms = view?.alarms.filter(({ severity }) => severity !== 'info').length ?? 0
  const parts = [
    isStale ? 'STALE' : alarms > 0 ? `(${alarms})` : '',
    view === null ? '' : view.mode,
    pnl === null ? '' : gain(pnl),
    page,
  ]
  const title = parts.filter((part) => part !== '').join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}

/** A screen reader is told where it is; not at first, where the browser begins at the top. */
function useFocusOnChange(page: PageName) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(page)
  useEffect(() => {
    if (shown.current === page) return
    shown.current = page
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [page])
  return heading
}
