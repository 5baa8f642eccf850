import { useState } from 'react'
import type { SessionView } from '../../../src/dashboard/view.ts'
import { post } from '../api.ts'
import { textOf } from '../login.tsx'
import { useSession } from '../session-context.ts'
import { Command } from '../ui/command.tsx'
import { Problem } from '../ui/states.tsx'

/** Dangerous actions want to know that the person is still the same. */
export function Proof() {
  const { session, renew } = useSession()
  const [problem, setProblem] = useState<unknown>(null)
  const prove = (body: object) => {
    setProblem(null)
    post<SessionView>('session/proof', body).then(renew, setProblem)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const said = textOf(form, 'proof')
        prove(session.hasPassword ? { password: said } : { ticket: ticketIn(said) })
      }}
    >
      <p>
        You proved who you are more than 5 minutes ago.{' '}
        {session.hasPassword ? (
          'Type your password again to go on.'
        ) : (
          <>
            Ask for a new link with <Command word="dashboard" /> on the bot’s host, and open it, or
            paste it here.
          </>
        )}
      </p>
      {problem === null ? null : <Problem cause={problem} />}
      <label>
        {session.hasPassword ? 'Password' : 'New link'}
        <input
          name="proof"
          required
          data-first
          type={session.hasPassword ? 'password' : 'text'}
          autoComplete={session.hasPassword ? 'current-password' : 'off'}
        />
      </label>
      <div className="dialog-buttons">
        <button type="submit" className="button primary">
          Go on
        </button>
      </div>
    </form>
  )
}

/** Of a pasted link, or the ticket alone. */
function ticketIn(said: string): string {
  return /ticket=([^&\s]+)/.exec(said)?.[1] ?? said.trim()
}
