import type { Duplex } from 'node:stream'

/** A request is one line; a longer one is somebody else's protocol. */
const LINE_MAX = 64 * 1024

/** What answers one line with another. */
export type AnswerLine = (line: string) => Promise<string>

/**
 * One connection: lines in, one answer each, in order. While an answer is on its way, or is not
 * read, nothing more is taken from the socket, so that nobody can fill the memory of a bot.
 */
export function talk(socket: Duplex, answer: AnswerLine): void {
  new Talk(socket, answer).begin()
}

class Talk {
  readonly #socket: Duplex
  readonly #answer: AnswerLine
  #text = ''
  #busy = false
  #deaf = false

  constructor(socket: Duplex, answer: AnswerLine) {
    this.#socket = socket
    this.#answer = answer
  }

  begin(): void {
    const socket = this.#socket
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: string) => {
      if (this.#deaf) return
      this.#text += chunk
      this.#next()
    })
    socket.on('drain', () => this.#next())
  }

  #next(): void {
    const socket = this.#socket
    if (this.#busy || this.#deaf || socket.destroyed) return
    if (socket.writableNeedDrain) return void socket.pause()
    const end = this.#text.indexOf('\n')
    if ((end < 0 ? this.#text.length : end) > LINE_MAX) return this.#tooLong()
    if (end < 0) return void socket.resume()
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 1)
    this.#busy = true
    socket.pause()
    void this.#answer(line).then((reply) => {
      this.#busy = false
      if (!socket.destroyed) socket.write(`${reply}\n`)
      this.#next()
    })
  }

  /**
   * Whose lines are so long means none of what follows either. It is read all the same, and thrown
   * away: a socket that is closed over unread bytes takes the answer with it.
   */
  #tooLong(): void {
    this.#deaf = true
    this.#text = ''
    const reason = `expected a line of at most ${LINE_MAX} letters`
    this.#socket.end(`${JSON.stringify({ kind: 'refused', reason })}\n`)
    this.#socket.resume()
  }
}
