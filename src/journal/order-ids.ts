import { z } from 'zod'
import type { OrderIdStore } from '../engine/ports.ts'
import { messageOf, readIfThere, replaceFile } from './files.ts'

const schema = z.record(z.string().regex(/^\d+$/), z.int().min(0))

/** The high-water mark of order ids in a file of its own: it survives a lost or older journal. */
export class FileOrderIds implements OrderIdStore {
  readonly #path: string
  readonly #highest: Map<number, number>

  /** Throws, naming the file, when there is one that cannot be understood. */
  constructor(path: string) {
    this.#path = path
    this.#highest = new Map(entriesOf(path))
  }

  load(clientId: number): number {
    return this.#highest.get(clientId) ?? 0
  }

  reserve(clientId: number, upTo: number): void {
    if (upTo <= this.load(clientId)) return
    const highest = new Map(this.#highest).set(clientId, upTo)
    replaceFile(this.#path, `${JSON.stringify(Object.fromEntries(highest))}\n`)
    this.#highest.set(clientId, upTo)
  }
}

function entriesOf(path: string): readonly (readonly [number, number])[] {
  const text = readIfThere(path)
  if (text === null) return []
  try {
    const marks = schema.parse(JSON.parse(text))
    return Object.entries(marks).map(([clientId, mark]) => [Number(clientId), mark] as const)
  } catch (error) {
    throw new Error(
      `${path}: expected the highest order id of each client id, like {"30": 41}; ` +
        `correct it, or remove it and let the Gateway name the next id (${messageOf(error)})`,
      { cause: error },
    )
  }
}
