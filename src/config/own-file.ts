import { dirname, resolve } from 'node:path'
import type { Needs } from '../strategy/strategy.ts'
import type { StrategyName } from '../strategy/registry.ts'

/** A strategy by its name, or one of the user's own in a file. */
export type StrategyRef = StrategyName | OwnFile

export interface OwnFile {
  /** Absolute. */
  readonly file: string
}

/** A user's module as it was loaded: what it exports, and which text that was. */
export interface OwnStrategy extends OwnFile {
  readonly name: string
  readonly needs: Needs
  readonly evaluate: (view: unknown) => unknown
  /** SHA-256 of the file's text. */
  readonly hash: string
}

/** Relative to the configuration that names it. */
export function resolved(
  refs: readonly (StrategyName | OwnFile)[],
  config: string,
): readonly StrategyRef[] {
  return refs.map((ref) =>
    typeof ref === 'string' ? ref : { file: resolve(dirname(config), ref.file) },
  )
}

export function refText(ref: StrategyRef, own: ReadonlyMap<string, OwnStrategy>): string {
  if (typeof ref === 'string') return ref
  const loaded = own.get(ref.file)
  return loaded === undefined ? ref.file : `${loaded.name} (${ref.file})`
}
