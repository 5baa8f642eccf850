import { keySections } from '../config/reference.ts'
import { referencePage } from '../config/reference-page.ts'

/** docs/configuration.md is what this prints. */
export function configReference(json: boolean): void {
  const text = json ? `${JSON.stringify({ ok: true, sections: keySections() })}\n` : referencePage()
  process.stdout.write(text)
}
