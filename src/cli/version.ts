import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** The version of the package that runs; it goes into every `RunStarted`. */
export function version(): string {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** Of the source tree that runs; null in an installed package, whose version says all. */
export function commit(root = ROOT): string | null {
  try {
    const folder = gitFolder(join(root, '.git'))
    const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim()
    const ref = /^ref: (.+)$/.exec(head)?.[1]
    return (ref === undefined ? head : resolved(folder, ref)).slice(0, 12)
  } catch {
    return null
  }
}

/** In a linked work tree it is a file that says where the folder is. */
function gitFolder(path: string): string {
  if (statSync(path).isDirectory()) return path
  const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? ''
  return resolve(dirname(path), target.trim())
}

/** A branch stands in a file of its own, or among the packed ones; of the tree that is shared. */
function resolved(folder: string, ref: string): string {
  for (const each of [folder, sharedFolder(folder)]) {
    try {
      return readFileSync(join(each, ref), 'utf8').trim()
    } catch {
      // Not here.
    }
  }
  const packed = readFileSync(join(sharedFolder(folder), 'packed-refs'), 'utf8')
  const line = packed.split('\n').find((each) => each.endsWith(` ${ref}`))
  if (line === undefined) throw new Error(`expected ${ref} among the packed refs`)
  return line.split(' ')[0] ?? ''
}

function sharedFolder(folder: string): string {
  try {
    return resolve(folder, readFileSync(join(folder, 'commondir'), 'utf8').trim())
  } catch {
    return folder
  }
}
