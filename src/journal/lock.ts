import { openDatabase } from './driver.ts'
import { messageOf } from './files.ts'
import { fail, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'

/**
 * One writer: an operating-system lock that ends with the process, however it ends. It is SQLite's
 * own, on a file of its own, so that readers of the journal are not shut out.
 */
export function lockFor(path: string): Result<{ readonly release: () => void }, string> {
  try {
    const lock = openDatabase(`${path}.lock`, { readOnly: false, timeout: 0 })
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      throw error
    }
    return ok({ release: () => lock.close() })
  } catch (error) {
    const reason = messageOf(error)
    const held = `another instance holds ${path}.lock; stop it first`
    const unwritable = `${path}.lock cannot be written (${reason}); check the rights of its folder`
    const came = reason.includes('locked') ? held : unwritable
    return fail(`${path}: expected to be the only writer, but ${came}`)
  }
}
