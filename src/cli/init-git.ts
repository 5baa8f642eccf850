import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { messageOf } from '../journal/files.ts'

/**
 * What was written names an account, or is secret: in a git tree it is left out of it, by that
 * clone's own list and no file that is shared. What there is to say of it; null: nothing, because
 * there is no git, no tree, or it is ignored already.
 */
export function gitText(paths: readonly string[]): string | null {
  const seen = paths.map(realOf).filter(isSeen)
  if (seen.length === 0) return null
  const names = seen.map((path) => basename(path)).join(', ')
  const left = seen.map((path) => leftOut(path)).find((each) => each !== null)
  return left === undefined
    ? `${names}: git leaves it out from now on (.git/info/exclude of this clone)`
    : `${names}: in a git tree and not ignored; see that it is never committed (${left})`
}

/** As git names its root: a folder above it may be a link, the file itself is what it is. */
function realOf(path: string): string {
  const whole = resolve(path)
  try {
    return join(realpathSync(dirname(whole)), basename(whole))
  } catch {
    return whole
  }
}

/** In a tree, and not ignored. */
function isSeen(path: string): boolean {
  return git(path, ['check-ignore', '--quiet', '--', path]).status === 1
}

/** Null: it is left out now; else why it is not. */
function leftOut(path: string): string | null {
  const asked = git(path, ['rev-parse', '--show-toplevel', '--git-path', 'info/exclude'])
  const [root = '', list = ''] = asked.stdout.split('\n')
  if (asked.status !== 0 || root === '' || list === '') return 'git names no list of this clone'
  const exclude = resolve(dirname(path), list)
  try {
    mkdirSync(dirname(exclude), { recursive: true })
    appendFileSync(exclude, `\n/${literally(relative(realpathSync(root), path))}\n`)
    if (!isSeen(path)) return null
    return isTracked(path) ? 'it is committed already' : 'an ignore file of the tree takes it in'
  } catch (error) {
    return messageOf(error)
  }
}

function isTracked(path: string): boolean {
  const asked = ['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', path]
  return git(path, asked).status === 0
}

/** Of a list of git: what is a pattern there stands for itself. Spaces count at the end alone. */
function literally(path: string): string {
  return path.replaceAll(/[*?[\]\\!#]| +$/g, (found) => found.replaceAll(/./g, '\\$&'))
}

function git(path: string, args: readonly string[]) {
  const { status, stdout } = spawnSync('git', args, {
    cwd: dirname(path),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { status, stdout: stdout ?? '' }
}
