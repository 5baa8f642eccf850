/** What a terminal or a reader of lines would act on, or that would turn a text around. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * A text from outside as one harmless line: what controls a terminal is shown, not obeyed (T13).
 * Of the first 32 Unicode has a picture each; of the others the code stands in angle brackets.
 */
export function plain(text: string): string {
  return text.replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '\u2421' : `<${code.toString(16).padStart(4, '0')}>`
  })
}
