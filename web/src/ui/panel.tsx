import { useId, type ReactNode } from 'react'

interface PanelProps {
  readonly title: string
  /** Beside the title: how many, how old, of what. */
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly className?: string
  readonly children: ReactNode
}

export function Panel({ title, note, actions, className = '', children }: PanelProps) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <span className="note">{note}</span>}
        {actions === undefined ? null : <span className="actions">{actions}</span>}
      </header>
      {children}
    </section>
  )
}

interface TileProps {
  readonly title: string
  readonly children: ReactNode
  readonly tone?: string
}

/** One of the answers that are read within five seconds. */
export function Tile({ title, tone = 'neutral', children }: TileProps) {
  const id = useId()
  return (
    <section className={`tile edge-${tone}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

/** What a number is, and the number. */
export function Facts({
  rows,
  isLeft = false,
}: {
  readonly rows: readonly (readonly [string, ReactNode])[]
  /** Values that are sentences begin under one another. */
  readonly isLeft?: boolean
}) {
  return (
    <dl className={isLeft ? 'facts is-left' : 'facts'}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
