import { useEffect, useRef, useState } from 'react'
import type { Verb } from '../../../src/dashboard/view.ts'
import { hasPanic } from '../commands.ts'
import { count, plural, span } from '../format.ts'
import { live, useLive } from '../live.ts'
import { pictureOf } from '../picture.ts'
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
          Taken, and in the journal as entry {count(sent.reply.seq)}. The level is now{' '}
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
  const view = useLive((each) => each.view)
  const [since] = useState(view?.at ?? null)
  const [flatAt, setFlatAt] = useState<number | null>(null)
  const held = view?.structures.length ?? null
  const hadAny = useRef(false)
  useEffect(() => {
    if (held !== null && held > 0) hadAny.current = true
    setFlatAt(held === 0 && hadAny.current ? (live.get().view?.at ?? null) : null)
  }, [held])
  if (view === null || held === null) return ' What is still held is unknown.'
  const { missing } = pictureOf(view)
  if (held > 0) {
    const waits = view.level.flattenWaits
    const why = waits === null ? '' : ` It waits: ${waits}.`
    return ` Closing: ${plural(held, 'structure')} still held.${why}`
  }
  if (missing !== null) return ` What is still held is unknown: ${missing}.`
  if (flatAt === null || since === null) return ' Nothing is held.'
  return ` Flat after ${span(flatAt - since)}: nothing is held.`
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
