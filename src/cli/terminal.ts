import { createInterface } from 'node:readline/promises'

/** Who is on the other side of a command: a person who can be asked, or a script. */
export interface Terminal {
  readonly isPerson: boolean
  /** What the person typed, without the spaces around it. */
  ask(question: string): Promise<string>
}

/** Questions go to stderr: stdout may be piped into a script all the same. */
export const terminal: Terminal = {
  get isPerson() {
    return process.stdin.isTTY && process.stderr.isTTY
  },
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return (await lines.question(question)).trim()
    } finally {
      lines.close()
    }
  },
}
