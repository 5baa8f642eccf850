// Builds the operator's page where its sources have changed. Needs what is installed, nothing else.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where a bot that runs from its source finds the page; one that is installed has `dist/web`. */
export const PAGE = join(root, 'node_modules', '.cache', 'web')
const STAMP = join(root, 'node_modules', '.cache', 'web.stamp')

/** Into `node_modules/.cache/web`; at once, unless something has changed. */
export function freshPage() {
  const stamp = stampOf([join(root, 'web'), join(root, 'package-lock.json')])
  const isFresh = existsSync(join(PAGE, 'index.html')) && existsSync(STAMP)
  if (isFresh && readFileSync(STAMP, 'utf8') === stamp) return
  buildPage(PAGE)
  writeFileSync(STAMP, stamp)
}

/** Throws with what the builder says. */
export function buildPage(into) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', join(root, 'web'), '--outDir', into, '--logLevel', 'warn']
  // Whoever builds: a test runner's own mode would bring the libraries' slow halves.
  const env = { ...process.env, NODE_ENV: 'production' }
  const done = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  if (done.status === 0) return
  throw new Error(`expected to build the page from web/, but:\n${done.stdout}${done.stderr}`)
}

/** Of names and contents. */
function stampOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const at = join(path, entry.name)
      if (entry.isDirectory()) add(at)
      else hash.update(`${at}\0`).update(readFileSync(at))
    }
  }
  const [folder, file] = paths
  add(folder)
  return hash.update(readFileSync(file)).digest('hex')
}
