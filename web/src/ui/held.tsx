import type { ReactNode } from 'react'
import { useView } from '../live.ts'
import { pictureOf } from '../picture.ts'
import { Empty } from './states.tsx'
import { Age } from './text.tsx'

interface NothingProps {
  readonly title: string
  readonly children?: ReactNode
}

/** There is nothing, said only where the broker's picture proves it. */
export function NothingHeld({ title, children }: NothingProps) {
  const { missing } = pictureOf(useView())
  if (missing === null) return <Empty title={title}>{children}</Empty>
  return (
    <Empty title="Unknown until the broker’s picture is in">
      {missing.charAt(0).toUpperCase()}
      {missing.slice(1)}.
    </Empty>
  )
}

/** What the broker said, and how old that is. */
export function HeldSince({ what }: { readonly what: string }) {
  const { missing, at } = pictureOf(useView())
  return (
    <>
      {what}
      {missing === null ? '' : ', not the present: ' + missing}
      {at === null ? (
        ''
      ) : (
        <>
          , reconciled <Age at={at} />
        </>
      )}
    </>
  )
}
