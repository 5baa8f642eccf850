import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Result } from '../base/result.ts'
import { fail, ok } from '../base/result.ts'
import type { GatewayState } from './broker/state.ts'

/** Grows when a file of the older shape can no longer be read. */
const SHAPE = 1

/** What an earlier dry run left; null without a file. The error names the file and the remedy. */
export function loadPaper(file: string): Result<GatewayState | null, string> {
  if (!existsSync(file)) return ok(null)
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8'), revive) as Saved
    if (saved.shape === SHAPE && saved.state.orders instanceof Map) return ok(saved.state)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return fail(`expected the simulated account of a dry run in ${file}; remove it to begin afresh`)
}

/** All or nothing: a crash leaves the old file or the new one. */
export function savePaper(file: string, state: GatewayState): void {
  const saved: Saved = { shape: SHAPE, state }
  writeFileSync(`${file}.new`, JSON.stringify(saved, flatten))
  renameSync(`${file}.new`, file)
}

interface Saved {
  readonly shape: number
  readonly state: GatewayState
}

function flatten(_key: string, value: unknown): unknown {
  return value instanceof Map ? { map: [...(value as Map<unknown, unknown>)] } : value
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'map')) return value
  return new Map((value as { map: [unknown, unknown][] }).map)
}
