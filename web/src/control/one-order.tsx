import { useState } from 'react'
import { useSession } from '../session-context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Outcome } from './outcome.tsx'
import { hindrance } from './rights.ts'
import { useCommand } from './send.ts'

interface CloseProps {
  readonly structureId: string
  readonly contract: string
}

export function CloseButton({ structureId, contract }: CloseProps) {
  return (
    <OneCommand
      verb="close"
      body={{ structureId }}
      name={`Close ${contract}`}
      does={`Sells or buys back ${contract} in the group of its exits, so that only one of them fills.`}
    />
  )
}

interface CancelProps {
  readonly orderId: string
  readonly what: string
}

export function CancelButton({ orderId, what }: CancelProps) {
  return (
    <OneCommand
      verb="cancel"
      body={{ orderId }}
      name={`Cancel ${what}`}
      does={`Asks the broker to cancel ${what}. An exit that is cancelled is placed again while its structure is held.`}
    />
  )
}

interface OneProps {
  readonly verb: 'close' | 'cancel'
  readonly body: { readonly structureId: string } | { readonly orderId: string }
  readonly name: string
  readonly does: string
}

function OneCommand({ verb, body, name, does }: OneProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { session } = useSession()
  const why = hindrance(verb, session.role, null)
  return (
    <>
      <button
        type="button"
        className="button small"
        aria-label={name}
        aria-disabled={why === null ? undefined : true}
        aria-description={why ?? undefined}
        title={why ?? undefined}
        onClick={() => setIsOpen(why === null)}
      >
        {verb === 'close' ? 'Close' : 'Cancel'}
      </button>
      {isOpen ? (
        <OneDialog
          verb={verb}
          body={body}
          name={name}
          does={does}
          onClose={() => setIsOpen(false)}
        />
      ) : null}
    </>
  )
}

function OneDialog({ verb, body, name, does, onClose }: OneProps & { onClose: () => void }) {
  const { sent, send } = useCommand(verb)
  return (
    <Dialog title={name} onClose={onClose}>
      <p>{does}</p>
      <Outcome sent={sent} verb={verb} />
      {sent.kind === 'done' ? null : (
        <div className="dialog-buttons">
          <button
            type="button"
            data-first
            className="button primary"
            disabled={sent.kind === 'sending'}
            onClick={() => send(body)}
          >
            {sent.kind === 'refused' ? 'Try again' : verb === 'close' ? 'Close it' : 'Cancel it'}
          </button>
        </div>
      )}
    </Dialog>
  )
}
