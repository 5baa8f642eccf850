import { useEffect, useRef, useState } from 'react'
import { momentOf, span } from './format.ts'
import { Command } from './ui/command.tsx'
import { useIsStale, useLive, useSilence } from './live.ts'

const SAID_FOR_MS = 6000

/** Nothing on the page may be taken for the present while the bot is silent. */
export function StaleBar() {
  const isStale = useIsStale()
  const link = useLive((each) => each.link)
  const lostAt = useLive((each) => each.lostAt)
  const isBack = useRegained()
  const isLost = link === 'lost' || lostAt !== null
  return (
    <div role="status" className="stale-slot">
      {isStale || isLost ? (
        <Silence isLost={isLost} />
      ) : isBack ? (
        <p className="stale-bar is-back">Connected again. What you see is the present.</p>
      ) : null}
    </div>
  )
}

function Silence({ isLost }: { readonly isLost: boolean }) {
  const silence = useSilence()
  const at = useLive(({ view }) => view?.at ?? null)
  const since = at === null ? 'this page was opened' : `${momentOf(at)} ET`
  return (
    <p className="stale-bar">
      <strong>{isLost ? 'Connection to the bot lost.' : 'STALE.'}</strong> The bot says nothing
      since {since}
      {silence === null ? '' : <span aria-hidden="true">, {span(silence)} ago</span>}. Everything
      below is from then. Trying again by itself; on its host: <Command word="status" />.
    </p>
  )
}

/** For a while after the connection came back, or after the bot spoke again. */
function useRegained(): boolean {
  const isStale = useIsStale()
  const isLost = useLive(({ lostAt }) => lostAt !== null)
  const [isBack, setIsBack] = useState(false)
  const wasAway = useRef(false)
  const isAway = isStale || isLost
  useEffect(() => {
    if (isAway) {
      wasAway.current = true
      setIsBack(false)
      return undefined
    }
    if (!wasAway.current) return undefined
    wasAway.current = false
    setIsBack(true)
    const timer = setTimeout(() => setIsBack(false), SAID_FOR_MS)
    return () => clearTimeout(timer)
  }, [isAway])
  return isBack
}
