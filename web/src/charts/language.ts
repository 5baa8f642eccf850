/**
 * uPlot asks the browser's language at once, and ends where that is none: a browser that was
 * started under LANG=C may call it `en-US@posix`.
 */
try {
  Intl.getCanonicalLocales(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' })
}
