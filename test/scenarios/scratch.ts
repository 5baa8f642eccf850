import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 2 ** 31

/**
 * A new folder, in memory where there is room: a journal is synced at every append, which on a slow
 * disk is most of what a day costs. The journal's own tests, and `npm run sigkill`, use the disk.
 */
export function scratch(name: string): string {
  return mkdtempSync(join(isRoomy() ? MEMORY : tmpdir(), `${name}-`))
}

function isRoomy(): boolean {
  if (!existsSync(MEMORY)) return false
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize >= ENOUGH_BYTES
}
