import { useEffect, useState } from 'react'
import { Dialog } from './ui/dialog.tsx'
import { go, linkTo, PAGES } from './route.ts'
import { nextTheme, setTheme, useTheme } from './theme.ts'
import { asked } from './control/asked.ts'

const OFF = 'shortcuts-off'
const GO_WITHIN_MS = 1200

/** Keys without a modifier; off for whoever speaks to their computer. */
export function useShortcuts(openHelp: () => void): void {
  const theme = useTheme()
  useEffect(() => {
    let goSince = 0
    const onKey = (event: KeyboardEvent) => {
      if (!isForUs(event)) return
      const isGoing = event.timeStamp - goSince < GO_WITHIN_MS
      goSince = 0
      const page = PAGES.find(([, , key]) => key === event.key)?.[0]
      if (isGoing && page !== undefined) go(linkTo(page))
      else if (event.key === 'g') goSince = event.timeStamp
      else if (event.key === '?') openHelp()
      else if (event.key === 'K') asked.set('kill')
      else if (event.key === 'H') asked.set('halt')
      else if (event.key === 'T') setTheme(nextTheme(theme))
      else if (event.key === '/') search()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [openHelp, theme])
}

function isForUs(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (localStorage.getItem(OFF) !== null) return false
  if (document.querySelector('dialog[open]') !== null) return false
  const { target } = event
  return !(target instanceof HTMLElement && target.matches('input, textarea, select'))
}

function search(): void {
  go(linkTo('journal'))
  setTimeout(() => document.querySelector<HTMLElement>('#journal-text')?.focus(), 100)
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Shift K', 'Kill: asks once, then Enter'],
  ['Shift H', 'Halt: asks once, then Enter'],
  ['/', 'Search the journal'],
  ['Shift T', 'Theme: as the system, light, dark'],
  ['?', 'These keys'],
  ['Esc', 'Close what is open'],
]

export function Help({ onClose }: { readonly onClose: () => void }) {
  const [isOff, setIsOff] = useState(localStorage.getItem(OFF) !== null)
  const toggle = () => {
    if (isOff) localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, '1')
    setIsOff(!isOff)
  }
  const going = PAGES.map(([, title, key]) => [`g ${key}`, `Go to ${title}`] as const)
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {[...KEYS, ...going].map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input type="checkbox" checked={!isOff} onChange={toggle} data-first /> Keys are on, on this
        machine
      </label>
    </Dialog>
  )
}
