import { useRef, useState } from 'react'
import type { ConfirmationReply } from '../../../src/dashboard/view.ts'
import { post } from '../api.ts'
import { textOf } from '../login.tsx'
import { isProven } from '../session.ts'
import { useSession } from '../session-context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Problem } from '../ui/states.tsx'
import { Outcome } from './outcome.tsx'
import { Proof } from './proof.tsx'
import { useCommand } from './send.ts'

interface TwoStepProps {
  readonly verb: 'resume' | 'arm'
  readonly onClose: () => void
}

/** What starts trading again: a fresh proof of who it is, the effect, and then the word itself. */
export function TwoStepDialog({ verb, onClose }: TwoStepProps) {
  const { session } = useSession()
  const [asked, setAsked] = useState<ConfirmationReply | null>(null)
  const title = verb === 'resume' ? 'Resume trading' : 'Arm live trading for today'
  return (
    <Dialog title={title} onClose={onClose}>
      {!isProven(session) && asked === null ? (
        <Proof />
      ) : asked === null ? (
        <First verb={verb} onAsked={setAsked} />
      ) : (
        <Second
          verb={verb}
          confirmation={asked}
          onFresh={setAsked}
          onAgain={() => setAsked(null)}
        />
      )}
    </Dialog>
  )
}

interface FirstProps {
  readonly verb: 'resume' | 'arm'
  readonly onAsked: (reply: ConfirmationReply) => void
}

function First({ verb, onAsked }: FirstProps) {
  const [problem, setProblem] = useState<unknown>(null)
  const ask = () => {
    setProblem(null)
    post<ConfirmationReply>('confirmations', { verb }).then(onAsked, setProblem)
  }
  return (
    <>
      <p>
        Step 1 of 2. The bot says first what this would do, as things are now. Nothing happens yet.
      </p>
      {problem === null ? null : <Problem cause={problem} />}
      <div className="dialog-buttons">
        <button type="button" className="button primary" data-first onClick={ask}>
          What would it do?
        </button>
      </div>
    </>
  )
}

interface SecondProps {
  readonly verb: 'resume' | 'arm'
  readonly confirmation: ConfirmationReply
  /** Another has been given for it. */
  readonly onFresh: (reply: ConfirmationReply) => void
  readonly onAgain: () => void
}

function Second({ verb, confirmation, onFresh, onAgain }: SecondProps) {
  const { sent, send } = useCommand(verb)
  const used = useRef<ConfirmationReply | null>(null)
  const [isOther, setIsOther] = useState(false)
  const told = (form: FormData, by: ConfirmationReply) => {
    used.current = by
    setIsOther(false)
    send({
      accountId: textOf(form, 'account').trim(),
      reason: textOf(form, 'reason').trim(),
      confirmation: by.confirmation,
    })
  }
  // Each counts once. After a wrong letter another is asked for, unless it would do something else.
  const anew = (form: FormData) =>
    post<ConfirmationReply>('confirmations', { verb }).then((fresh) => {
      onFresh(fresh)
      if (fresh.effect === confirmation.effect) told(form, fresh)
      else setIsOther(true)
    }, onAgain)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        if (used.current === confirmation) void anew(form)
        else told(form, confirmation)
      }}
    >
      <p>
        Step 2 of 2.{' '}
        {isOther ? (
          <strong>It would do something else now. Read it again:</strong>
        ) : (
          'It will do this:'
        )}
      </p>
      <p className="effect">{confirmation.effect}</p>
      {isOther ? null : <Outcome sent={sent} verb={verb} />}
      {sent.kind === 'done' ? null : (
        <>
          <label>
            Account id, typed in full
            <input name="account" required autoComplete="off" spellCheck={false} autoFocus />
          </label>
          <label>
            Reason
            <input name="reason" required maxLength={200} />
          </label>
          <div className="dialog-buttons">
            <button type="submit" className="button primary" disabled={sent.kind === 'sending'}>
              {verb === 'resume' ? 'Resume' : 'Arm for today'}
            </button>
            {sent.kind === 'refused' ? (
              <button type="button" className="button" onClick={onAgain}>
                Ask again what it would do
              </button>
            ) : (
              <span className="note">Counts for a minute.</span>
            )}
          </div>
        </>
      )}
    </form>
  )
}
