import { commandOf, FILE_HINT, MODE_HINT, type Printed } from '../commands.ts'
import { usePlace } from '../place.ts'

/** A command for the bot's host, as it can be typed there. */
export function Command({ word }: { readonly word: Printed }) {
  return <code>{commandOf(word, usePlace())}</code>
}

/** What the words in capitals stand for, where the page could not fill them in. */
export function CommandHint({ words }: { readonly words: readonly Printed[] }) {
  const place = usePlace()
  const said = words.map((word) => commandOf(word, place))
  const hints = [
    said.some((text) => / MODE\b/.test(text)) ? MODE_HINT : '',
    said.some((text) => / FILE\b/.test(text)) ? FILE_HINT : '',
  ].filter((hint) => hint !== '')
  return hints.length === 0 ? null : <> {hints.join(', ')}.</>
}
