/** How a person is asked; null: they gave up, and nothing is written. */
export interface Asker {
  say(text: string): void
  choose<T extends string>(of: {
    readonly message: string
    readonly options: readonly { readonly value: T; readonly hint: string }[]
    readonly initial: T
  }): Promise<T | null>
  several<T extends string>(of: {
    readonly message: string
    readonly options: readonly { readonly value: T; readonly hint: string }[]
    readonly initial: readonly T[]
  }): Promise<readonly T[] | null>
  text(of: {
    readonly message: string
    readonly initial: string
    readonly objection: (text: string) => string | null
  }): Promise<string | null>
  secret(of: {
    readonly message: string
    readonly objection: (text: string) => string | null
  }): Promise<string | null>
  confirm(message: string, initial: boolean): Promise<boolean | null>
}

/** Given up half-way: thrown within, so that no question has to ask twice. */
export class GaveUp extends Error {}

export function given<T>(answer: T | null): T {
  if (answer === null) throw new GaveUp()
  return answer
}
