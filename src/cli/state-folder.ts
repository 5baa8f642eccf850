import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfiguredMode } from '../config/schema.ts'
import { CommandError } from './exit-codes.ts'

/** What one bot keeps: one folder a mode, so that no journal meets another mode's. */
export interface StateFolder {
  readonly path: string
  readonly journal: string
  readonly latch: string
  readonly orderIds: string
  readonly bars: string
  readonly controlSocket: string
}

export function stateFolder(root: string, mode: ConfiguredMode): StateFolder {
  const path = join(root, mode)
  return {
    path,
    journal: join(path, 'journal.db'),
    latch: join(path, 'latch.json'),
    orderIds: join(path, 'order-ids.json'),
    bars: join(path, 'bars'),
    controlSocket: join(path, 'control.sock'),
  }
}

/** Created for its owner alone; `fresh` forgets what a demo before this one left. */
export function makeStateFolder(folder: StateFolder, fresh: boolean): void {
  try {
    if (fresh) rmSync(folder.path, { recursive: true, force: true })
    mkdirSync(folder.path, { recursive: true, mode: 0o700 })
    chmodSync(folder.path, 0o700)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(
      'journal',
      `expected a folder for the journal at ${folder.path}: ${reason}; ` +
        'set state_folder to one you may write',
    )
  }
}
