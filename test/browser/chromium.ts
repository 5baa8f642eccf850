import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/** Named by whoever runs the tests, of the system, or of the package; never none. */
export async function openChromium(): Promise<Browser> {
  const executablePath = await placeOf()
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking'],
    headless: true,
  })
}

async function placeOf(): Promise<string> {
  const named = process.env['CHROMIUM_PATH']
  if (named !== undefined) return named
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}
