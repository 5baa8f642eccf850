import { firstOf, unless } from './checker.ts'
import type { Checker, Complaint, Sight } from './checker.ts'

/** Parts of the addresses in the environment of every simulated bot (`plan.ts`). */
export const CANARIES = ['canary-path-4711', 'canary-key-4712'] as const

/**
 * I18: what only the receiver of a notice may know stands in no row of the journal, no notice and no
 * answer of the control socket. The log is made of these, and takes secrets out once more.
 */
export function noSecrets(): Checker {
  return {
    name: 'no-secrets',
    rested(sight) {
      const said: readonly (readonly [string, unknown])[] = [
        ...sight.notices.map((notice) => [`the notice "${notice.level}"`, notice] as const),
        ['the answer to status', sight.status()],
      ]
      return firstOf(
        ...said.map(
          ([where, what]) =>
            () =>
              complaintOf(where, what, sight),
        ),
        () => inJournal(sight),
      )
    },
  }
}

function inJournal({ rows }: Sight): Complaint {
  for (const { seq, type, body } of rows()) {
    if (CANARIES.some((each) => body.includes(each))) return `row ${seq}, ${type} tells a secret`
  }
  return null
}

function complaintOf(where: string, what: unknown, { plan }: Sight): string | null {
  const text = JSON.stringify(what, (_key, value: unknown) => plain(value))
  const canary = CANARIES.find((each) => text.includes(each))
  const isPlanted = plan.settings.notify.channels.length > 0
  return firstOf(
    unless(isPlanted, 'there is no secret that could be told'),
    unless(canary === undefined, `${where} tells a secret`),
  )
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value]
  return value instanceof Set ? [...value] : value
}
