// Runs one of the project's commands, after installing what is missing. Needs Node and npm alone.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage, freshPage } from './page.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 20)) {
  console.error(`expected Node >= 20.20, this is ${process.versions.node}; install a newer Node`)
  process.exit(1)
}

const [verb, ...rest] = process.argv.slice(2)
const bin = (name) => join(root, 'node_modules', '.bin', name)
const vitest = (...projects) => [
  bin('vitest'),
  [
    'run',
    '--config',
    join(root, 'vitest.config.ts'),
    ...projects.flatMap((p) => ['--project', p]),
    ...rest,
  ],
]
const typescript = (file, args) => [
  process.execPath,
  ['--no-warnings', '--import', import.meta.resolve('tsx'), join(root, file), ...args],
]

/** What was checked once and has not changed is not checked again. */
const cache = (name) => join(root, 'node_modules', '.cache', name)
const FORMAT_CACHE = ['--cache', '--cache-location', cache('format')]

/** Commands that show the operator's page. The others, `kill` above all, wait for nothing. */
const SERVING = ['demo', 'run', 'watchdog']

const withWorkers = (count, [command, args]) => [command, [...args, '--maxWorkers', String(count)]]

/** What says nothing but what is wrong: it says it at its end, and not amidst the tests. */
const quiet = ([command, args]) => [command, args, true]

/** Each command is a list of steps; a step's parts run side by side, and one that fails ends it. */
const commands = {
  bot: () => {
    if (SERVING.includes(rest[0])) placePage()
    return [[typescript('src/cli/main.ts', rest)]]
  },
  sigkill: () => [[typescript('test/sigkill/run.ts', rest)]],
  outages: () => [[typescript('test/outages/run.ts', rest)]],
  crashes: () => [[typescript('test/crashes/run.ts', rest)]],
  nightly: () => [[typescript('test/nightly/run.ts', rest)]],
  determinism: () => [[typescript('test/determinism/run.ts', rest)]],
  fuzz: () => [[typescript('test/fuzz/run.ts', rest)]],
  hosts: () => [[typescript('test/hosts/run.ts', rest)]],
  prove: () => [[typescript('test/prove/run.ts', rest)]],
  bench: () => {
    placeBench()
    return [
      [[bin('tsc'), ['-p', join(root, 'tsconfig.bench.json')]]],
      [[process.execPath, [cache('bench/bench/run.js'), ...rest]]],
    ]
  },
  mutants: () => [[typescript('test/mutants/run.ts', rest)]],
  planted: () => [[typescript('test/regressions/run.ts', rest)]],
  'fills-study': () => [[typescript('test/fills/run.ts', rest)]],
  build: () => {
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    buildPage(join(root, 'dist', 'web'))
    return [[[bin('tsc'), ['-p', join(root, 'tsconfig.build.json')]]]]
  },
  test: () => {
    freshPage()
    return [[vitest('tidy', 'unit', 'seeds', 'scenarios', 'browser')]]
  },
  'kill-drill': () => [[vitest('drill')]],
  // Beside each other: none of them keeps two cores busy from its beginning to its end.
  check: () => [
    [
      withWorkers(3, vitest('tidy', 'unit', 'seeds')), // some of them wait, and not for a core
      quiet([bin('oxlint'), ['--type-aware', '--type-check', '--quiet']]),
      quiet([bin('prettier'), ['--check', ...FORMAT_CACHE, '--log-level', 'warn', '.']]),
      quiet([bin('tsc'), ['-p', join(root, 'web')]]),
    ],
  ],
}

if (!Object.hasOwn(commands, verb ?? '')) {
  console.error(`expected one of ${Object.keys(commands).join(', ')}, came ${verb}`)
  process.exit(2)
}
install()
process.on('SIGINT', () => undefined) // a terminal's Ctrl-C reaches the child by itself
for (const step of commands[verb]()) {
  const codes = await Promise.all(step.map((part) => run(...part)))
  const failed = codes.find((code) => code !== 0)
  if (failed !== undefined) process.exit(failed)
}

/** A bot without its page trades and is stopped like any other. */
function placePage() {
  try {
    freshPage()
  } catch (error) {
    console.error(`${error.message}\nthe bot starts without its page`)
  }
}

/** Measured as built, where the code finds what it reads beside itself. */
function placeBench() {
  mkdirSync(cache('bench/bench'), { recursive: true })
  for (const each of ['package.json', 'config', 'bench/c', 'scripts']) {
    const at = cache(`bench/${each}`)
    rmSync(at, { force: true })
    symlinkSync(join(root, each), at)
  }
}

/** `npm ci --ignore-scripts`, unless what is installed is what the lockfile says. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const mark = join(root, 'node_modules', '.installed-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  console.error('installing dependencies (npm ci --ignore-scripts) ...')
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync(command, [...args, 'ci', ...quiet], {
    cwd: root,
    stdio: ['ignore', 2, 2], // stdout belongs to the command
  })
  if (done.status !== 0) {
    console.error(
      'expected npm ci to succeed; check the network and the npm registry, then run again',
    )
    process.exit(1)
  }
  writeFileSync(mark, lock)
}

/** The child's exit code. SIGTERM is handed on. */
function run(command, args, isQuiet = false) {
  return new Promise((resolve) => {
    const stdio = isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit'
    const child = spawn(command, args, { stdio })
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    let said = ''
    for (const output of isQuiet ? [child.stdout, child.stderr] : []) {
      output.setEncoding('utf8').on('data', (text) => (said += text))
    }
    child.on('close', (code) => code !== 0 && process.stderr.write(said))
    child.on('error', (error) => {
      console.error(`expected to start ${command}: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}
