import type { ALERTS } from '../../src/domain/alert.ts'

/** Of the runbook: an entry for each, with a heading that notices and rules may link to. */
export function alertsText(alerts: typeof ALERTS): string {
  const entries = Object.entries(alerts).map(([name, { level, what, remedy }]) => {
    return `### ${name}\n\n- **Level:** ${level}\n- **Means:** ${what}\n- **You:** ${remedy}`
  })
  return entries.join('\n\n')
}
