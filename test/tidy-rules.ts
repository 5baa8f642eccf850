/** A source file as the structure test reads it. */
export interface Source {
  /** From `src/`: `ibkr/pacing/pacing.ts`. */
  readonly path: string
  readonly text: string
}

/** Where it is broken: `ibkr/pacing/pacing.ts:12: ...`. */
export type Violation = string

const floors: Readonly<Record<string, number>> = {
  base: 0,
  domain: 1,
  wire: 1,
  strategy: 2,
  selection: 2,
  risk: 2,
  orders: 2,
  trading: 3,
  engine: 4,
  ibkr: 5,
  journal: 5,
  history: 5,
  notify: 5,
  simulator: 5,
  dashboard: 5,
  backtest: 6,
  config: 6,
  validation: 6,
  watchdog: 6,
  cockpit: 7,
  cli: 8,
}

interface Ban {
  readonly pattern: RegExp
  readonly instead: string
  readonly allowed: (path: string, floor: number) => boolean
}

const isClock = (path: string) => path === 'base/clock.ts'
const socketFiles = [
  'ibkr/transport.ts',
  'simulator/tcp.ts',
  'dashboard/server.ts',
  'journal/postgres.ts',
  'cli/control.ts',
]
const approvers = [
  'risk/review.ts',
  'orders/bracket.ts',
  'orders/price-walk.ts',
  'orders/protect.ts',
  'orders/flatten.ts',
]

/** The table of banned calls in docs/architecture.md, section 4. */
const bans: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(|\bperformance\.now\(|\bprocess\.hrtime/,
    instead: 'clock.now() or clock.monotonicMs()',
    allowed: isClock,
  },
  { pattern: /\bset(Timeout|Interval|Immediate)\(/, instead: 'clock.after()', allowed: isClock },
  { pattern: /\bMath\.random\(|\brandomUUID\b/, instead: 'the seeded Prng', allowed: () => false },
  {
    pattern: /\bprocess\.env\b/,
    instead: 'settings',
    allowed: (path) => path.startsWith('config/'),
  },
  { pattern: /^export default\b/, instead: 'a named export', allowed: () => false },
  { pattern: /^(export )?(const )?enum\b/, instead: 'a union of literals', allowed: () => false },
  { pattern: /\btry \{/, instead: 'a Result from the port', allowed: (_, floor) => floor > 4 },
  {
    pattern: /\bawait\b/,
    instead: 'nothing: below the engine everything is synchronous',
    allowed: (path, floor) => floor > 3 || isClock(path),
  },
  { pattern: /\bas Approved</, instead: 'risk', allowed: (path) => approvers.includes(path) },
  {
    pattern: /\b(createServer|createConnection|net\.connect|connect)\(\{? ?(port|host|path|\()/,
    instead: 'a Transport that is handed over',
    allowed: (path) => socketFiles.includes(path) || path.startsWith('notify/'),
  },
  {
    pattern: /from '(node:)?(net|http|https|tls|dgram)'/,
    instead: 'a Transport that is handed over',
    allowed: (path) => socketFiles.includes(path) || path.startsWith('notify/'),
  },
  {
    pattern: /from '(node:|zod|yaml|@|commander|pino|picocolors)/,
    instead: 'a port',
    allowed: (_, floor) => floor > 4,
  },
  {
    pattern: /\bconsole\.|\bprocess\.std(out|err)\b/,
    instead: 'a subscriber',
    allowed: (path) => path.startsWith('cli/'),
  },
  {
    pattern: /kind: 'reqMktData'/,
    instead: 'quoteRequest',
    allowed: (path) => !path.startsWith('ibkr/') || path.endsWith('/translate-quote-request.ts'),
  },
  { pattern: /stoqey/, instead: 'the wire room', allowed: () => false },
]

/** Every place where the structure of docs/architecture.md, section 4, is broken. */
export function violations(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => [
    ...importViolations(source),
    ...banViolations(source),
    ...(linesOf(source) > 600 ? [`${source.path}: over 600 lines; split it by subject`] : []),
  ])
}

/** Lines without the final newline. */
export function linesOf(source: Source): number {
  return source.text.trimEnd().split('\n').length
}

function importViolations({ path, text }: Source): readonly Violation[] {
  const room = path.split('/')[0] ?? ''
  const floor = floors[room]
  if (floor === undefined) return [`${path}: room "${room}" has no floor; give it one`]
  const found: Violation[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const target = /(?:from|import\() ?'(\.[^']+)'/.exec(line)?.[1]
    if (target === undefined) continue
    const into = roomOf(path, target)
    const below = floors[into]
    if (into === room) continue
    if (below === undefined || below >= floor) {
      found.push(`${path}:${index + 1}: ${room} (floor ${floor}) imports ${into} (floor ${below})`)
    }
    if (room === 'watchdog' && (into === 'trading' || target.endsWith('engine/engine.ts'))) {
      found.push(`${path}:${index + 1}: watchdog/ lives without the engine`)
    }
  }
  return found
}

/** Files that import themselves by way of others, types included: what is left when ends go. */
export function circles(sources: readonly Source[]): readonly string[] {
  const imports = new Map(
    sources.map(({ path, text }) => [
      path,
      [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target = '']) => pathOf(path, target)),
    ]),
  )
  for (let before = Infinity; imports.size < before;) {
    before = imports.size
    const imported = new Set([...imports.values()].flat())
    for (const [path, targets] of imports) {
      const isEnd = !imported.has(path) || !targets.some((target) => imports.has(target))
      if (isEnd) imports.delete(path)
    }
  }
  return [...imports.keys()]
}

function roomOf(path: string, target: string): string {
  return pathOf(path, target).split('/')[0] ?? ''
}

function pathOf(path: string, target: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const step of target.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.') parts.push(step)
  }
  return parts.join('/')
}

function banViolations({ path, text }: Source): readonly Violation[] {
  const floor = floors[path.split('/')[0] ?? ''] ?? 0
  const code = withoutComments(text)
  return bans.flatMap((ban) =>
    ban.allowed(path, floor)
      ? []
      : code.flatMap((line, index) =>
          ban.pattern.test(line)
            ? [`${path}:${index + 1}: ${line.trim()}; use ${ban.instead}`]
            : [],
        ),
  )
}

/** The lines of code, comments blanked, so that line numbers stay. */
function withoutComments(text: string): readonly string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''))
}
