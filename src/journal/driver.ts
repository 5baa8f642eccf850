import { createRequire } from 'node:module'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** The `node:sqlite` API, as far as the journal uses it. */
export type Database = Pick<DatabaseSyncInstance, 'exec' | 'prepare' | 'close'>
export interface OpenOptions {
  readonly readOnly: boolean
  /** How long a statement waits for another process. */
  readonly timeout: number
}

/** Built in on Node 22.13 and later; on Node 20 the package with the same API. */
export function openDatabase(path: string, options: OpenOptions): Database {
  const builtIn = process.getBuiltinModule('node:sqlite') as Driver | undefined
  const driver = builtIn ?? (createRequire(import.meta.url)('@photostructure/sqlite') as Driver)
  return new driver.DatabaseSync(path, options)
}

interface Driver {
  readonly DatabaseSync: new (path: string, options: OpenOptions) => Database
}
