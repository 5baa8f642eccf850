import type { ReactNode } from 'react'
import { problemFrom } from '../api.ts'

/** There is nothing, and why that is so or what would change it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  )
}

/** In the place and about the size of what will come. */
export function Loading({ what, rows = 4 }: { readonly what: string; readonly rows?: number }) {
  return (
    <div className="loading" role="status">
      <span className="sr-only">Loading {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="skeleton" aria-hidden="true" />
      ))}
    </div>
  )
}

interface ProblemProps {
  readonly cause: unknown
  readonly retry?: () => void
}

export function Problem({ cause, retry }: ProblemProps) {
  const { error, remedy } = problemFrom(cause)
  return (
    <div className="state problem" role="alert">
      <p className="state-title">{error}</p>
      <p>{remedy}</p>
      {retry === undefined ? null : (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

interface AskedProps<T> {
  readonly of: {
    readonly data: T | undefined
    readonly isError: boolean
    readonly error: unknown
    readonly refetch: () => Promise<unknown>
  }
  readonly what: string
  readonly rows?: number
  readonly children: (value: T) => ReactNode
}

/** The three states of everything that is asked for. What is known stays while it is asked anew. */
export function Asked<T>({ of, what, rows, children }: AskedProps<T>) {
  if (of.data !== undefined) {
    return (
      <>
        {of.isError ? (
          <p className="stale-note">Not the newest: {problemFrom(of.error).error}</p>
        ) : null}
        {children(of.data)}
      </>
    )
  }
  if (of.isError) return <Problem cause={of.error} retry={() => void of.refetch()} />
  return <Loading what={what} {...(rows === undefined ? {} : { rows })} />
}

interface OlderProps {
  readonly of: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
  readonly what: string
}

/** Below a list that goes on further back. */
export function Older({ of, what }: OlderProps) {
  if (!of.hasNextPage) return null
  return (
    <button
      type="button"
      className="button more"
      disabled={of.isFetchingNextPage}
      onClick={() => void of.fetchNextPage()}
    >
      Older {what}
    </button>
  )
}
