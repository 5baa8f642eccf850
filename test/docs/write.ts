import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referencePage } from '../../src/config/reference-page.ts'
import { ALERTS } from '../../src/domain/alert.ts'
import { alertsText } from './alerts.ts'
import { pageAt, ROOT, withGenerated } from './pages.ts'
import { proofs, threatsTable } from './threats.ts'

// What pages of docs say of the code, written anew: `npx tsx test/docs/write.ts`.

function write(path: string, text: string): void {
  writeFileSync(join(ROOT, path), text)
  console.log(path)
}

write('docs/configuration.md', referencePage())

const security = { name: 'threats', inside: threatsTable(proofs()) }
write('docs/security.md', withGenerated(pageAt('docs/security.md').text, security))

const runbook = { name: 'alerts', inside: alertsText(ALERTS) }
write('docs/runbook.md', withGenerated(pageAt('docs/runbook.md').text, runbook))
