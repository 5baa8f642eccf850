import { useRef, useState } from 'react'
import type { CommandBody, CommandReply, ProblemReply, Verb } from '../../../src/dashboard/view.ts'
import { freshKey, post, problemFrom } from '../api.ts'

export type Sent =
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'done'; readonly reply: CommandReply }
  | { readonly kind: 'refused'; readonly problem: ProblemReply }

/**
 * One intent of a person. Trying it again is the same intent, so it has the same key and counts
 * once, whatever became of the first answer.
 */
export function useCommand(verb: Verb) {
  const [sent, setSent] = useState<Sent>({ kind: 'not-yet' })
  const key = useRef('')
  const isOut = useRef(false)
  const send = (body: CommandBody) => {
    if (isOut.current) return
    isOut.current = true
    if (key.current === '') key.current = freshKey()
    setSent({ kind: 'sending' })
    void post<CommandReply>(`commands/${verb}`, body, { key: key.current })
      .then(
        (reply) => setSent({ kind: 'done', reply }),
        (cause: unknown) => {
          setSent({ kind: 'refused', problem: problemFrom(cause) })
        },
      )
      .finally(() => {
        isOut.current = false
      })
  }
  return { sent, send, renew: () => (key.current = '') }
}
