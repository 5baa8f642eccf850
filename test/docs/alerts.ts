import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, tableOf } from './pages.ts'

const CATALOGUE = join(ROOT, 'src/domain/alert.ts')

interface Alert {
  readonly level: string
  readonly what: string
  readonly remedy: string
}

/** The alerts that the code can raise; null: there is no catalogue of them. */
export async function catalogue(): Promise<Readonly<Record<string, Alert>> | null> {
  if (!existsSync(CATALOGUE)) return null
  const { ALERTS } = (await import(CATALOGUE)) as { ALERTS: Readonly<Record<string, Alert>> }
  return ALERTS
}

/** Of the runbook. */
export function alertsTable(alerts: Readonly<Record<string, Alert>>): string {
  const rows = Object.entries(alerts).map(([name, { level, what, remedy }]) => {
    return [`\`${name}\``, level, what, remedy]
  })
  return tableOf(['alert', 'level', 'means', 'you'], rows)
}
