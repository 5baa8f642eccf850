import { useState } from 'react'
import { useLive } from '../live.ts'
import { plural } from '../format.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { View } from '../../../src/dashboard/view.ts'
import { Outcome } from './outcome.tsx'
import { useCommand } from './send.ts'

type Stop = 'halt' | 'reduce' | 'flatten' | 'kill'

const TEXTS: Readonly<Record<Stop, { title: string; does: string; button: string }>> = {
  kill: {
    title: 'Kill',
    does: 'Cancels every order, closes everything that is held, and stays killed until a person resumes it.',
    button: 'Kill now',
  },
  flatten: {
    title: 'Flatten',
    does: 'Cancels every order of the bot and closes everything that it holds.',
    button: 'Flatten now',
  },
  halt: {
    title: 'Halt',
    does: 'Cancels resting entries and opens nothing until a person resumes it. Exits and protection go on.',
    button: 'Halt now',
  },
  reduce: {
    title: 'Reduce',
    does: 'Opens nothing and cancels resting entries. Exits and protection go on.',
    button: 'Reduce now',
  },
}

interface ConfirmProps {
  readonly verb: Stop
  readonly onClose: () => void
}

/** One click and one confirmation, which has the focus: Enter is enough. */
export function ConfirmDialog({ verb, onClose }: ConfirmProps) {
  const [reason, setReason] = useState('')
  const view = useLive((each) => each.view)
  const { sent, send } = useCommand(verb)
  const { title, does, button } = TEXTS[verb]
  const isOver = sent.kind === 'done'
  return (
    <Dialog title={title} tone={verb === 'kill' ? 'bad' : 'neutral'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send(reason.trim() === '' ? {} : { reason: reason.trim() })
        }}
      >
        <p>{does}</p>
        {view === null ? null : <p className="effect">{concerns(verb, view)}</p>}
        <Outcome sent={sent} verb={verb} />
        {isOver ? null : (
          <>
            <div className="dialog-buttons">
              <button
                type="submit"
                data-first
                className={`button ${verb === 'kill' ? 'danger' : 'primary'}`}
                disabled={sent.kind === 'sending'}
              >
                {sent.kind === 'refused' ? 'Try again' : button}
              </button>
            </div>
            <label>
              Reason, for the journal (may be empty)
              <input
                value={reason}
                maxLength={200}
                onChange={(event) => setReason(event.target.value)}
              />
            </label>
          </>
        )}
      </form>
    </Dialog>
  )
}

/** What it would meet, as things are now. */
function concerns(verb: Stop, view: View): string {
  const entries = view.orders.filter(({ role }) => role === 'entry').length
  const isWhole = verb === 'kill' || verb === 'flatten'
  const parts = isWhole
    ? [plural(view.structures.length, 'structure'), plural(view.orders.length, 'order')]
    : [plural(entries, 'entry', 'entries')]
  return `Now: ${parts.join(' and ')}, ${view.mode}, account ${view.account}.`
}
