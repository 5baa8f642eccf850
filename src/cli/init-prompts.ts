import * as clack from '@clack/prompts'
import type { Asker } from './init-asker.ts'

/** A person at a terminal; null: there is none. */
export function clackAsker(): Asker | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  clack.intro('A configuration for ibkr-options-bot; Ctrl-C leaves nothing behind.')
  const orNull = <T>(answer: T): Exclude<T, symbol> | null =>
    clack.isCancel(answer) ? null : (answer as Exclude<T, symbol>)
  const validate = (objection: (text: string) => string | null) => (text: string | undefined) =>
    objection(text ?? '') ?? undefined
  return {
    say: (text) => clack.log.info(text),
    async choose({ message, options, initial }) {
      const shown = options.map(({ value, hint }) => ({ value, label: value, hint }))
      const answer = await clack.select({ message, options: shown as never, initialValue: initial })
      return orNull(answer)
    },
    async several({ message, options, initial }) {
      const shown = options.map(({ value, hint }) => ({ value, label: value, hint }))
      const answer = await clack.multiselect({
        message,
        options: shown as never,
        initialValues: [...initial],
        required: true,
      })
      return orNull(answer)
    },
    async text({ message, initial, objection }) {
      return orNull(
        await clack.text({ message, initialValue: initial, validate: validate(objection) }),
      )
    },
    async secret({ message, objection }) {
      return orNull(await clack.password({ message, validate: validate(objection) }))
    },
    async confirm(message, initial) {
      return orNull(await clack.confirm({ message, initialValue: initial }))
    },
  }
}
