import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Defect, Edit } from './planted.ts'
import { ROOT } from './titles.ts'

const COPIED = ['src', 'test', 'config', 'docs', 'package.json', 'tsconfig.json']
/** One project for every kind of test, and none that needs the command line as it is built. */
const CONFIG = `export default { test: {
  setupFiles: ['./test/setup.ts'], pool: 'threads', isolate: false, testTimeout: 180_000,
  include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
} }`

/** How often the text stands in the source; 1 is what an edit needs. */
export function timesFound({ file, from }: Edit, root = ROOT): number {
  return readFileSync(join(root, 'src', file), 'utf8').split(from).length - 1
}

/** What is written into the source, and which tests are run then. */
export interface Planting {
  readonly edits: readonly Edit[]
  /** From the root. */
  readonly files: readonly string[]
  /** Of the tests that count, by their full name. */
  readonly named: RegExp
  /** Milliseconds; then the run is killed. Default: never. */
  readonly capMs?: number
}

export interface Outcome {
  /** Those that failed, and those that passed all the same, by their full names. */
  readonly red: readonly string[]
  readonly green: readonly string[]
  readonly tookMs: number
  /** It was killed at its cap: nothing is known of its tests. */
  readonly isCut: boolean
}

export interface Seen extends Outcome {
  readonly defect: Defect
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** A copy of the source to write defects into: ours stays as it is. */
export class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'planted-'))

  constructor() {
    for (const each of COPIED) {
      cpSync(join(ROOT, each), join(this.#folder, each), { recursive: true })
    }
    writeFileSync(join(this.#folder, 'vitest.config.ts'), CONFIG)
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'))
  }

  /** Runs the tests of this id with the defect in the source, and takes it out again. */
  async seen(defect: Defect): Promise<Seen> {
    const named = new RegExp(`\\b${defect.id}\\b`)
    return { defect, ...(await this.tried({ ...defect, files: [defect.test], named })) }
  }

  /** Runs these tests with the edits in the source, and takes them out again. */
  async tried(planting: Planting): Promise<Outcome> {
    const begun = performance.now()
    const before = new Map<string, string>()
    for (const { file, from, to } of planting.edits) {
      const path = join(this.#folder, 'src', file)
      const text = readFileSync(path, 'utf8')
      if (!before.has(path)) before.set(path, text)
      writeFileSync(
        path,
        text.replace(from, () => to),
      )
    }
    const results = await this.#tested(planting)
    for (const [path, text] of before) writeFileSync(path, text)
    const named = (status: string): readonly string[] =>
      (results ?? []).filter((each) => each.status === status).map(({ fullName }) => fullName)
    const tookMs = performance.now() - begun
    return { red: named('failed'), green: named('passed'), tookMs, isCut: results === null }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }

  /** Null: it was killed before it could say anything. */
  async #tested({ files, named, capMs = Infinity }: Planting) {
    const out = join(this.#folder, 'report.json')
    const vitest = join(this.#folder, 'node_modules/vitest/vitest.mjs')
    const only = [...files, '-t', named.source]
    const told = ['--reporter', 'json', '--outputFile', out]
    const args = [vitest, 'run', '--config', 'vitest.config.ts', ...only, ...told]
    await ended(args, { cwd: this.#folder, capMs })
    if (!existsSync(out)) return null
    const report = JSON.parse(readFileSync(out, 'utf8')) as Report
    rmSync(out)
    return report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => named.test(fullName))
  }
}

/** Whatever its code: a test that fails is what is asked for. */
function ended(
  args: readonly string[],
  { cwd, capMs }: { readonly cwd: string; readonly capMs: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' })
    const cap = Number.isFinite(capMs) ? setTimeout(() => child.kill('SIGKILL'), capMs) : undefined
    child.on('error', reject)
    child.on('exit', () => {
      clearTimeout(cap)
      resolve()
    })
  })
}
