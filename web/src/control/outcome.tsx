import type { Verb } from '../../../src/dashboard/view.ts'
import { hasPanic } from '../commands.ts'
import { plural } from '../format.ts'
import { useLive } from '../live.ts'
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
          {verb === 'kill' || verb === 'flatten' ? <StillHeld /> : null}
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

/** The word of the bot is the beginning of it: flat is when nothing is held any more. */
function StillHeld() {
  const held = useLive(({ view }) => view?.structures.length ?? null)
  if (held === null) return ' What is still held is unknown.'
  return held === 0 ? ' Nothing is held.' : ` Closing: ${plural(held, 'structure')} still held.`
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
