import { Store, useStore } from './store.ts'

/** What a person chose on this machine; `system` follows it. */
export type Theme = 'system' | 'light' | 'dark'

const chosen = new Store<Theme>(stored())
const system = window.matchMedia('(prefers-color-scheme: dark)')
const isSystemDark = new Store(system.matches)
system.addEventListener('change', (event) => isSystemDark.set(event.matches))

export const useTheme = () => useStore(chosen, (theme) => theme)

/** What is really shown; charts have to be told. */
export function useIsDark(): boolean {
  const theme = useTheme()
  const isDark = useStore(isSystemDark, (value) => value)
  return theme === 'system' ? isDark : theme === 'dark'
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem('theme')
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem('theme', theme)
    document.documentElement.dataset['theme'] = theme
  }
  chosen.set(theme)
}

export function nextTheme(theme: Theme): Theme {
  return theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system'
}

function stored(): Theme {
  const said = localStorage.getItem('theme')
  return said === 'light' || said === 'dark' ? said : 'system'
}

const probe = document.createElement('span')
probe.hidden = true

/** A colour of the style sheet as the browser resolves it, for what draws on a canvas. */
export function colour(name: string): string {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(--${name})`
  return getComputedStyle(probe).color
}
