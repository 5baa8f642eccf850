import type { Verb } from '../../../src/dashboard/view.ts'
import { hasPanic } from '../commands.ts'
import { usePlace } from '../place.ts'
import { Command, CommandHint } from '../ui/command.tsx'
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
          {verb === 'kill' ? <WithoutThisPage /> : null}
        </p>
      ) : null}
    </div>
  )
}

function WithoutThisPage() {
  const isAtBroker = hasPanic(usePlace())
  return (
    <>
      {' '}
      Without this page, on the bot’s host: <Command word="kill" />, and if the bot does not answer{' '}
      {isAtBroker ? <Command word="panic" /> : 'end its process: it has no orders at a broker'}.
      <CommandHint words={isAtBroker ? ['kill', 'panic'] : ['kill']} />
    </>
  )
}
