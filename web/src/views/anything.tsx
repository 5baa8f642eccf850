import type { ReactNode } from 'react'
import { count, words } from '../format.ts'
import { Facts } from '../ui/panel.tsx'
import { Table } from '../ui/table.tsx'

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isScalar = (value: unknown) => typeof value !== 'object' || value === null

/** What has no view of its own: values as facts, lists of the same things as tables. */
export function Anything({ value, title }: { readonly value: unknown; readonly title?: string }) {
  if (Array.isArray(value)) return <List of={value} title={title ?? 'List'} />
  if (!isObject(value)) return <p>{scalar(value)}</p>
  const entries = Object.entries(value)
  const facts = entries.filter(([, each]) => isScalar(each))
  const parts = entries.filter(([, each]) => !isScalar(each))
  return (
    <>
      {facts.length === 0 ? null : (
        <div className="facts-grid">
          <Facts rows={facts.map(([name, each]) => [nameOf(name), scalar(each)] as const)} />
        </div>
      )}
      {parts.map(([name, each]) => (
        <section key={name} className="part">
          <h3>{nameOf(name)}</h3>
          <Anything value={each} title={nameOf(name)} />
        </section>
      ))}
    </>
  )
}

function List({ of, title }: { readonly of: readonly unknown[]; readonly title: string }) {
  if (of.length === 0) return <p className="note">none</p>
  const rows = of.filter(isObject)
  if (rows.length < of.length) return <p>{of.map(plain).join(', ')}</p>
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return (
    <Table
      label={title}
      columns={names.map((name, index) => ({
        head: nameOf(name),
        isTitle: index === 0,
        cell: (row: { readonly fields: Fields }) => scalar(row.fields[name]),
        ...(rows.some((row) => isNumeric(row[name])) ? { align: 'right' as const } : {}),
      }))}
      rows={rows.map((fields, index) => ({ fields, index }))}
      keyOf={(row) => String(row.index)}
    />
  )
}

const isNumeric = (value: unknown) =>
  typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(plain(value))

function scalar(value: unknown): ReactNode {
  if (value === null || value === undefined) return <span className="unknown">unknown</span>
  if (typeof value === 'number') {
    const text = Number.isInteger(value) ? count(value) : String(Number(value.toFixed(4)))
    return <span className="num">{text}</span>
  }
  return <span className={isNumeric(value) ? 'num' : ''}>{plain(value)}</span>
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** "winRate" to "Win rate". */
function nameOf(key: string): string {
  return words(
    key.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`),
  )
}
