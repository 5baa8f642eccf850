import { useEffect, useRef } from 'react'
import type { View } from '../../src/dashboard/view.ts'
import { words } from './format.ts'
import { gatewayOf, type Tone } from './judge.ts'
import { useLive } from './live.ts'
import { linkTo, PAGES, useRoute, type PageName } from './route.ts'
import { useSession } from './session-context.ts'
import { nextTheme, setTheme, useTheme } from './theme.ts'

interface Mark {
  readonly text: string
  readonly tone: Tone
  /** For whoever hears it. */
  readonly says: string
  /** More of it, for whoever rests the pointer on it. */
  readonly title?: string
}

export function Nav({ openHelp }: { readonly openHelp: () => void }) {
  const { page } = useRoute()
  const view = useLive((each) => each.view)
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone the views are a row that scrolls.
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (nav.current !== null && current)
      nav.current.scrollLeft = (current.parentElement?.offsetLeft ?? 0) - 60
  }, [page])
  return (
    <div className="side">
      <nav aria-label="Views" ref={nav}>
        <ul>
          {PAGES.map(([name, title]) => {
            const mark = view === null ? null : markOf(name, view)
            return (
              <li key={name}>
                <a href={linkTo(name)} aria-current={page === name ? 'page' : undefined}>
                  {title}
                  {mark === null ? null : (
                    <span className={`nav-mark tone-${mark.tone}`} title={mark.title ?? mark.says}>
                      {mark.text}
                      <span className="sr-only"> {mark.says}</span>
                    </span>
                  )}
                </a>
              </li>
            )
          })}
        </ul>
      </nav>
      <Foot openHelp={openHelp} version={view?.version ?? ''} />
    </div>
  )
}

function markOf(page: PageName, view: View): Mark | null {
  const counted = (many: number, tone: Tone, says: string): Mark | null =>
    many === 0 ? null : { text: String(many), tone, says }
  switch (page) {
    case 'overview':
      return counted(view.alarms.length, 'bad', 'need a person')
    case 'gateway': {
      const { tone, word } = gatewayOf(view)
      return tone === 'good' ? null : { text: word.toLowerCase(), tone, says: '' }
    }
    case 'orders':
      return counted(view.structures.length, 'neutral', 'held')
    case 'risk': {
      const near = view.limits.filter(({ used, max }) => (used ?? 0) >= 0.9 * (max ?? Infinity))
      const mark = counted(near.length, 'warn', 'limits nearly or fully used')
      const names = near.map(({ rule }) => words(rule)).join(', ')
      return mark && { ...mark, title: `nearly or fully used: ${names}` }
    }
    default:
      return null
  }
}

interface FootProps {
  readonly openHelp: () => void
  readonly version: string
}

function Foot({ openHelp, version }: FootProps) {
  const { session, logOut } = useSession()
  const theme = useTheme()
  return (
    <div className="side-foot">
      <p>
        <strong>{session.user}</strong> <span className="note">{session.role}</span>
      </p>
      <div className="side-buttons">
        <button type="button" className="button quiet" onClick={() => setTheme(nextTheme(theme))}>
          Theme: {theme}
        </button>
        <button type="button" className="button quiet" onClick={openHelp}>
          Keys <kbd>?</kbd>
        </button>
        <button type="button" className="button quiet" onClick={() => void logOut()}>
          Sign out
        </button>
      </div>
      <p className="note">{version === '' ? '' : `bot ${version}`}</p>
    </div>
  )
}
