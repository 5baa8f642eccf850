import type { Verb } from '../../../src/dashboard/view.ts'
import type { Sent } from './send.ts'

/** What became of it, said where it was asked for. */
export function Outcome({ sent, verb }: { readonly sent: Sent; readonly verb: Verb }) {
  return (
    <div aria-live="assertive">
      {sent.kind === 'sending' ? <p>Sending …</p> : null}
      {sent.kind === 'done' ? (
        <p className="said tone-good">
          Taken: journaled as {sent.reply.seq}. The level is now{' '}
          <strong>{sent.reply.tradingState}</strong>.
        </p>
      ) : null}
      {sent.kind === 'refused' ? (
        <p className="said tone-bad">
          <strong>{sent.problem.error}</strong> {sent.problem.remedy}
          {verb === 'kill' ? (
            <>
              {' '}
              Without this page, on the bot’s host: <code>ibkr-options-bot kill</code>, and if the
              bot does not answer <code>ibkr-options-bot panic</code>.
            </>
          ) : null}
        </p>
      ) : null}
    </div>
  )
}
