import type { ReactNode } from 'react'
import { dollars, gain, momentOf, price, signOf, span, timeOf } from '../format.ts'
import { useMeaning } from '../glossary.ts'
import type { Tone } from '../judge.ts'
import { useBotNow } from '../live.ts'

export function Unknown({ why }: { readonly why?: string | undefined }) {
  return (
    <span className="unknown" title={why}>
      unknown
    </span>
  )
}

/** An amount in the base currency. */
export function Dollars({ of }: { readonly of: string | null }) {
  return of === null ? <Unknown /> : <span className="num">{dollars(of)}</span>
}

/** An amount that is won or lost: its sign is said, not only coloured. */
export function Gain({ of, why }: { readonly of: string | null; readonly why?: string }) {
  if (of === null) return <Unknown why={why} />
  const sign = signOf(of)
  const tone = sign > 0 ? 'good' : sign < 0 ? 'bad' : 'neutral'
  return <span className={`num tone-${tone}`}>{gain(of)}</span>
}

/** Per share. */
export function Price({
  of,
  unit = false,
}: {
  readonly of: string | null
  /** Where no head of a column says it. */
  readonly unit?: boolean
}) {
  if (of === null) return <span className="none">none</span>
  return <span className="num">{unit ? dollars(of) : price(of)}</span>
}

/** How old it is, by the bot's clock; the moment itself on hovering. */
export function Age({ at, ago = true }: { readonly at: number; readonly ago?: boolean }) {
  const now = useBotNow()
  return (
    <time className="num age" dateTime={new Date(at).toISOString()} title={`${momentOf(at)} ET`}>
      {span(Math.max(0, now - at))}
      {ago ? ' ago' : ''}
    </time>
  )
}

/** A moment in New York. */
export function Time({ at }: { readonly at: number }) {
  return (
    <time className="num" dateTime={new Date(at).toISOString()} title={`${momentOf(at)} ET`}>
      {timeOf(at)}
    </time>
  )
}

/** With its date; the zone where no head of a column says it. */
export function Moment({ at, zone = false }: { readonly at: number; readonly zone?: boolean }) {
  return (
    <time className="num" dateTime={new Date(at).toISOString()}>
      {momentOf(at)}
      {zone ? ' ET' : ''}
    </time>
  )
}

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`badge tone-${tone}`}>{children}</span>
}

/** A word that not everybody knows: what it means is in its title, and under Settings. */
export function Word({ of, children }: { readonly of: string; readonly children?: ReactNode }) {
  const means = useMeaning(of)
  if (means === undefined) return <>{children ?? of}</>
  return (
    <span className="term" title={means}>
      {children ?? of}
    </span>
  )
}

/** A state in one word, with a mark whose shape differs too. */
export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`status tone-${tone}`}>
      <span className="mark" aria-hidden="true" />
      <span>{children}</span>
    </span>
  )
}

/** Ids are long: the middle is left out on the screen, not for those who copy it. */
export function Id({ of }: { readonly of: string }) {
  return (
    <code className="id" title={of}>
      {of}
    </code>
  )
}
