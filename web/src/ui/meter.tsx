import type { Tone } from '../judge.ts'

interface MeterProps {
  readonly label: string
  /** 0 to 1 and beyond; null: not known. */
  readonly share: number | null
  readonly tone: Tone
  /** "$212 of $1,000". */
  readonly text: string
}

/** How much of something is used, as a bar; whoever hears it is told the text. */
export function Meter({ label, share, tone, text }: MeterProps) {
  const filled = share === null ? 0 : Math.min(1, Math.max(0, share))
  return (
    <span
      className={`meter tone-${tone} ${share === null ? 'is-unknown' : ''}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(filled * 100)}
      aria-valuetext={text}
    >
      <span className="meter-fill" style={{ width: `${filled * 100}%` }} />
    </span>
  )
}
