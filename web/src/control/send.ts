import { useRef, useState } from 'react'
import type { CommandBody, CommandReply, ProblemReply, Verb } from '../../../src/dashboard/view.ts'
import { freshKey, post, problemFrom, Refused } from '../api.ts'

export type Sent =
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'done'; readonly reply: CommandReply }
  | { readonly kind: 'refused'; readonly problem: ProblemReply }

interface Intent {
  readonly key: string
  readonly body: string
}

/**
 * One intent of a person. While nobody knows what became of it, trying again is the same intent:
 * it has the same key and counts once. What was refused, or says something else, is a new one.
 */
export function useCommand(verb: Verb) {
  const [sent, setSent] = useState<Sent>({ kind: 'not-yet' })
  const intent = useRef<Intent | null>(null)
  const isOut = useRef(false)
  const send = (body: CommandBody) => {
    if (isOut.current) return
    isOut.current = true
    const said = JSON.stringify(body)
    const open = intent.current?.body === said ? intent.current : { key: freshKey(), body: said }
    intent.current = open
    setSent({ kind: 'sending' })
    void post<CommandReply>(`commands/${verb}`, body, { key: open.key })
      .then(
        (reply) => setSent({ kind: 'done', reply }),
        (cause: unknown) => {
          if (!isUnknown(cause)) intent.current = null
          setSent({ kind: 'refused', problem: problemFrom(cause) })
        },
      )
      .finally(() => {
        isOut.current = false
      })
  }
  return { sent, send }
}

/**
 * No answer, half of one, or one that says it may still act. A 409 says that too where the bot's
 * own time for an answer ran out before the server's.
 */
export function isUnknown(cause: unknown): boolean {
  if (!(cause instanceof Refused)) return true
  if (cause.status !== 409) return [0, 502, 503, 504].includes(cause.status)
  return /\bask again\b|\bmay still act\b/i.test(`${cause.message} ${cause.remedy}`)
}
