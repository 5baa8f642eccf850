import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** The whole file, or null when there is none; any other failure is thrown. */
export function readIfThere(path: string): string | null {
  // Asked every second about files that are hardly ever there: a throw each time would be dear.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** All or nothing, and durable when it returns: a new file, synced, in place of the old one. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`
  writeFileSync(beside, text, { flush: true, mode: 0o600 })
  renameSync(beside, path)
  syncFolder(dirname(path))
}

/** Durable when it returns. */
export function appendDurably(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A rename or a new name is durable only when its folder is. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
