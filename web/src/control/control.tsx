import { useEffect } from 'react'
import type { Verb } from '../../../src/dashboard/view.ts'
import { useLive } from '../live.ts'
import { useSession } from '../session-context.ts'
import { useStore } from '../store.ts'
import { asked } from './asked.ts'
import { ConfirmDialog } from './confirm.tsx'
import { hindrance } from './rights.ts'
import { TwoStepDialog } from './two-step.tsx'

const STOPS = ['halt', 'reduce', 'flatten', 'kill'] as const
const NAMES: Readonly<Partial<Record<Verb, string>>> = {
  halt: 'Halt',
  reduce: 'Reduce',
  flatten: 'Flatten',
  kill: 'Kill',
  resume: 'Resume',
  arm: 'Arm',
}

/** Always in sight, on every page and every width. */
export function Control() {
  const open = useStore(asked, (verb) => verb)
  const isLive = useLive(({ view }) => view?.mode === 'live')
  const close = () => asked.set(null)
  useEffect(() => close, [])
  return (
    <section className="control" aria-label="Control">
      <CommandButton verb="resume" />
      {isLive ? <CommandButton verb="arm" /> : null}
      {STOPS.map((verb) => (
        <CommandButton key={verb} verb={verb} />
      ))}
      {open === null ? null : open === 'resume' || open === 'arm' ? (
        <TwoStepDialog verb={open} onClose={close} />
      ) : (
        <ConfirmDialog key={open} verb={open} onClose={close} />
      )}
    </section>
  )
}

/** It stays reachable where it may not be pressed, so that its reason can be read. */
function CommandButton({ verb }: { readonly verb: (typeof STOPS)[number] | 'resume' | 'arm' }) {
  const { session } = useSession()
  const view = useLive((each) => each.view)
  const why = hindrance(verb, session.role, view)
  return (
    <button
      type="button"
      className={`button command command-${verb}`}
      aria-disabled={why === null ? undefined : true}
      aria-description={why ?? undefined}
      onClick={() => {
        if (why === null) asked.set(verb)
      }}
    >
      {NAMES[verb]}
      {why === null ? null : <span className="why">{why}</span>}
    </button>
  )
}
