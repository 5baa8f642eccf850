import { MAX_PAYLOAD } from './frame.ts'

const LENGTH_BYTES = 4
/** Room is claimed for the worst case of a text, three bytes a character. */
const CAPACITY_MAX = 4 * MAX_PAYLOAD
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Writes one frame: the length, then NUL-terminated fields.
 * The first refusal sticks; a frame that was refused is never given out.
 */
export class Writer {
  refusal: string | null = null
  /** Names from the message down to the field that was refused. */
  trail: string[] = []
  /** The message; conditions look at it. */
  root: Readonly<Record<string, unknown>> = {}
  #bytes = Buffer.allocUnsafe(4096)
  #at = LENGTH_BYTES

  begin(root: Readonly<Record<string, unknown>>): void {
    this.root = root
    this.refusal = null
    this.trail = []
    this.#at = LENGTH_BYTES
  }

  refuse(detail: string): void {
    this.refusal ??= detail
  }

  /** One field. A NUL inside would shift every field behind it. */
  text(text: string): void {
    const room = this.#at + text.length * 3 + 1 // no UTF-16 unit takes more than three bytes
    if (room > this.#bytes.length && !this.#grow(room)) return
    const bytes = this.#bytes
    let at = this.#at
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 0 || code > 127) {
        this.#oddText(text)
        return
      }
      bytes[at++] = code
    }
    bytes[at++] = 0
    this.#at = at
  }

  /** A copy of what was written, with its length in front; `null` when anything was refused. */
  frame(): Uint8Array | null {
    const length = this.#at - LENGTH_BYTES
    if (length > MAX_PAYLOAD)
      this.refuse(`a payload of ${length} bytes; the most is ${MAX_PAYLOAD}`)
    if (this.refusal !== null) return null
    this.#bytes.writeUInt32BE(length, 0)
    // From the pool: memory of its own would take three times as long as writing the frame.
    const frame = Buffer.allocUnsafe(this.#at)
    this.#bytes.copy(frame, 0, 0, this.#at)
    return frame
  }

  #oddText(text: string): void {
    if (text.includes('\0')) this.refuse('text holds a NUL')
    else if (LONE_SURROGATE.test(text)) this.refuse('text holds half a surrogate pair')
    else {
      this.#at += this.#bytes.write(text, this.#at, 'utf8')
      this.#bytes[this.#at++] = 0
    }
  }

  #grow(room: number): boolean {
    if (room > CAPACITY_MAX) {
      this.refuse(`text of more than ${MAX_PAYLOAD} bytes`)
      return false
    }
    const grown = Buffer.allocUnsafe(Math.max(room, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
    return true
  }
}
