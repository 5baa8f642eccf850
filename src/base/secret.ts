/** Shown instead. */
const MASK = '[secret]'

/**
 * A text that must not be seen. It can be handed about, printed and turned into JSON without
 * showing; whoever needs it says so by `reveal`.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }
}

/** Parts shorter than this would mask ordinary words. */
const PART_LENGTH_MIN = 6

/**
 * Takes secrets out of a text, in the forms in which they travel: whole, percent-encoded or
 * decoded, and, of a URL, the parts beside its host that libraries print by themselves.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret.reveal())))
  // The longest first: a part must not leave the rest of its whole behind.
  const ordered = [...forms].filter((form) => form !== '').sort((a, b) => b.length - a.length)
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, MASK), text)
}

function formsOf(secret: string): readonly string[] {
  const all = [secret, ...partsOf(secret)]
  return all.flatMap((each) => [each, encodeURIComponent(each), decoded(each)])
}

/** Of `https://user:pass@host/path/part?key=value#rest`, what is not scheme, host and port. */
function partsOf(secret: string): readonly string[] {
  const rest = /^[a-z]+:\/\/(.*)$/i.exec(secret)?.[1]
  if (rest === undefined) return []
  const [user, after] = rest.includes('@') ? splitAt(rest, rest.indexOf('@')) : ['', rest]
  const path = after.includes('/') ? after.slice(after.indexOf('/')) : ''
  const pieces = `${user}/${path}`.split(/[/?&=#:]/)
  return [path, ...pieces].filter((part) => part.length >= PART_LENGTH_MIN)
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Without an exception for what is no encoding. */
function decoded(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text)
    ? text
    : text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}
