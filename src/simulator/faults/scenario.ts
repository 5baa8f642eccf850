import { LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import type { Result } from '../../base/result.ts'
import type { FaultName, FaultSpec } from './faults.ts'
import { FAULTS, problemsOf } from './faults.ts'
import { BEHAVIOURS } from './second-client.ts'
import type { Behaviour } from './second-client.ts'

/** What happens in a step. */
export type Action =
  | { readonly kind: 'fault'; readonly fault: FaultSpec }
  | { readonly kind: 'second-client'; readonly does: Behaviour }
  | {
      readonly kind: 'local'
      readonly does: LocalAction
      /** Where the client's side is out of reach: what looks most like it from there. */
      readonly otherwise: FaultSpec | null
    }

export const LOCAL_ACTIONS = ['pause-reader', 'detach-reader', 'stall-writer'] as const
export type LocalAction = (typeof LOCAL_ACTIONS)[number]

export interface Step {
  /** Milliseconds from the start of the scenario, or from when `onceHistory` is reached. */
  readonly after: number
  /** Milliseconds; null is until the end. */
  readonly lasts: number | null
  /** It waits until the Gateway was asked for history so often. */
  readonly onceHistory: number | null
  readonly action: Action
}

export interface Scenario {
  readonly name: string
  readonly describe: string
  /** The verdict that a diagnosis should give; null: there is nothing to diagnose. */
  readonly label: string | null
  /** The New York time of day at which it should begin; null: any. */
  readonly time: string | null
  readonly steps: readonly Step[]
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const LENGTH = 'expected a time with its unit, like 500ms, 30s, 2m or 1h'
const length = z
  .string({ error: LENGTH })
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, LENGTH)
  .transform((text) => {
    const [, count, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(text) ?? []
    return Math.round(Number(count) * UNITS[unit as keyof typeof UNITS])
  })

const faultName = z.string().refine((name) => Object.hasOwn(FAULTS, name), {
  error: (issue) => `there is no fault "${String(issue.input)}"; docs/scenarios.md lists them`,
})
const parameters = z.record(z.string(), z.unknown())

const stepSchema = z
  .strictObject({
    after: length.default(0),
    lasts: length.optional(),
    once_history: z.number().int().min(1).optional(),
    times: z.number().int().min(1).max(10_000).default(1),
    every: length.optional(),
    fault: faultName.optional(),
    with: parameters.optional(),
    second_client: z.enum(Object.keys(BEHAVIOURS) as [Behaviour, ...Behaviour[]]).optional(),
    local: z.enum(LOCAL_ACTIONS).optional(),
    otherwise: z.strictObject({ fault: faultName, with: parameters.optional() }).optional(),
  })
  .superRefine((step, context) => {
    const say = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    const kinds = [step.fault, step.second_client, step.local].filter((kind) => kind !== undefined)
    if (kinds.length !== 1) say('fault', 'expected one of fault, second_client and local')
    if (step.with !== undefined && step.fault === undefined) {
      say('with', 'expected beside a fault, whose parameters these are')
    }
    if (step.otherwise !== undefined && step.local === undefined) {
      say('otherwise', 'expected beside local, which it stands in for')
    }
    if (step.times > 1 && step.every === undefined) say('times', 'expected every beside it')
  })

const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, 'expected letters, digits, dots and dashes'),
  describe: z.string().min(1),
  label: z.string().nullable().default(null),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day in New York, like "09:35"')
    .nullable()
    .default(null),
  steps: z.array(stepSchema).min(1),
})

/** A scenario in YAML, or everything that is wrong with it: `line 12: steps.0.fault: ...`. */
export function parseScenario(text: string): Result<Scenario, readonly string[]> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0) {
    return fail(document.errors.map((error) => error.message.split('\n')[0] ?? ''))
  }
  const say = (path: readonly PropertyKey[], message: string): string =>
    `line ${lineOf(document, lines, path)}: ${path.join('.') || 'the file'}: ${message}`
  const parsed = scenarioSchema.safeParse(document.toJS() ?? {})
  if (!parsed.success) {
    return fail(parsed.error.issues.flatMap((issue) => issuesOf(issue, say)))
  }
  const problems = parsed.data.steps.flatMap((step, index) => [
    ...parameterProblems(step, ['steps', index, 'with'], say),
    ...parameterProblems(step.otherwise ?? {}, ['steps', index, 'otherwise', 'with'], say),
  ])
  if (problems.length > 0) return fail(problems)
  return ok({ ...parsed.data, steps: parsed.data.steps.flatMap(stepsOf) })
}

type WrittenStep = z.infer<typeof stepSchema>
type Say = (path: readonly PropertyKey[], message: string) => string

function issuesOf(issue: z.core.$ZodIssue, say: Say): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [say(issue.path, issue.message)]
  return issue.keys.map((key) => say([...issue.path, key], 'unknown key; remove it'))
}

function parameterProblems(
  { fault, with: given }: Pick<WrittenStep, 'fault' | 'with'>,
  path: readonly PropertyKey[],
  say: Say,
): readonly string[] {
  if (fault === undefined) return []
  return problemsOf({ ...given, name: fault as FaultName }).map((problem) => say(path, problem))
}

/** Repetitions are steps of their own. */
function stepsOf(written: WrittenStep): readonly Step[] {
  const { after, lasts = null, once_history: onceHistory = null, times, every = 0 } = written
  const action = actionOf(written)
  return Array.from({ length: times }, (_, i) => ({
    after: after + i * every,
    lasts,
    onceHistory,
    action,
  }))
}

function actionOf({ fault, with: given, ...of }: WrittenStep): Action {
  if (fault !== undefined) return { kind: 'fault', fault: specOf({ fault, with: given }) }
  if (of.second_client !== undefined) return { kind: 'second-client', does: of.second_client }
  const otherwise = of.otherwise === undefined ? null : specOf(of.otherwise)
  return { kind: 'local', does: of.local ?? 'pause-reader', otherwise }
}

function specOf(written: { readonly fault: string; readonly with?: unknown }): FaultSpec {
  return { ...(written.with as object | undefined), name: written.fault as FaultName }
}

/** The line of the deepest part of the path that is in the file, from 1. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    const { range } = (node ?? {}) as { readonly range?: readonly number[] }
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line
  }
  return 1
}
