import { useState, type SyntheticEvent } from 'react'
import type { ProblemReply } from '../../src/dashboard/view.ts'
import { problemFrom } from './api.ts'
import { Command, CommandHint } from './ui/command.tsx'

interface LoginProps {
  readonly why: ProblemReply | null
  readonly logIn: (name: string, password: string) => Promise<void>
}

export function Login({ why, logIn }: LoginProps) {
  const [refusal, setRefusal] = useState<ProblemReply | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const said = refusal ?? why

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsAsking(true)
    logIn(textOf(form, 'name'), textOf(form, 'password')).catch((cause: unknown) => {
      setRefusal(problemFrom(cause))
      setIsAsking(false)
    })
  }

  return (
    <main className="alone">
      <form className="login" onSubmit={submit}>
        <p className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" /> ibkr-options-bot
        </p>
        <h1>Sign in to the dashboard</h1>
        <div className="login-said" role="alert">
          {said === null ? null : (
            <>
              <strong>{said.error}</strong> {said.remedy}
            </>
          )}
        </div>
        <label>
          Name
          <input name="name" autoComplete="username" required maxLength={100} />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit" className="button primary" disabled={isAsking}>
          {isAsking ? 'Signing in …' : 'Sign in'}
        </button>
        <p className="hint">
          No password? On the bot’s host, <Command word="dashboard" /> prints a link that signs you
          in once. To stop trading without this page: <Command word="kill" />.
          <CommandHint words={['dashboard', 'kill']} />
        </p>
      </form>
    </main>
  )
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
