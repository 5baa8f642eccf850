import { useRef, type KeyboardEvent } from 'react'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly options: readonly { readonly value: T; readonly text: string; readonly note?: string }[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few, as radio buttons are: one stop of the tabulator, arrows within. */
export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  const ref = useRef<HTMLDivElement>(null)
  const chosen = Math.max(
    0,
    options.findIndex((option) => option.value === value),
  )
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = (chosen + step + options.length) % options.length
    const option = options[next]
    if (option === undefined) return
    onChange(option.value)
    ref.current?.querySelectorAll('button')[next]?.focus()
  }
  return (
    <div ref={ref} className="choice" role="radiogroup" aria-label={label} onKeyDown={move}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          tabIndex={index === chosen ? 0 : -1}
          onClick={() => onChange(option.value)}
        >
          {option.text}
          {option.note === undefined ? null : <span className="choice-note">{option.note}</span>}
        </button>
      ))}
    </div>
  )
}
