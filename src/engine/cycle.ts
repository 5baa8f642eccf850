import type { EpochMs } from '../base/clock.ts'
import { barEnd } from '../domain/bar.ts'
import type { Bar } from '../domain/bar.ts'
import { nameOf } from '../domain/contract-key.ts'
import type { Ticker, UnderlyingKey } from '../domain/contract.ts'
import type { Price } from '../domain/money.ts'
import type { CycleOutcome } from '../trading/input.ts'
import type { State } from '../trading/state.ts'
import { adviceOf } from './advice.ts'
import type { Advice, WantedEntrySignal } from './advice.ts'
import type { CyclePlan } from './cycle-plan.ts'
import { withDeadline } from './deadline.ts'
import type { Engine } from './engine.ts'
import { indexesFor } from './index-levels.ts'
import type { IndexLevels } from './index-levels.ts'
import { observe } from './observe.ts'
import type { ChainMemory, Observation } from './observe.ts'
import type { Ports } from './ports.ts'
import type { Judged, Question } from './question.ts'
import { whyNoEntry } from './why-no-entry.ts'

/** One closed bar of one symbol; what is remembered from cycle to cycle is only a cache. */
export interface CycleTask {
  readonly plan: CyclePlan
  readonly bar: Bar
  readonly judged: Judged
  readonly chains: ChainMemory
  readonly indexes: IndexLevels
}

/** Well within the shortest interval: what is not observed by then is too old to act on. */
const OBSERVE_MS_MAX = 25_000

type EnterTask = CycleTask & { readonly entry: WantedEntrySignal }
type Outcome = Pick<CycleOutcome, 'kind' | 'reason' | 'signalKey'>

/** Observes and proposes: bars, signal, shortlist, quotes, pick, re-quote. Has no authority. */
export async function runCycle(engine: Engine, ports: Ports, task: CycleTask): Promise<void> {
  const { plan, bar } = task
  const wanted = indexesFor(questionOf(engine, ports, task))
  const levels = wanted.length === 0 ? new Map<Ticker, Price>() : await levelsOf(task, wanted)
  const now = ports.clock.now()
  const indexAt = ({ symbol }: UnderlyingKey): Price | null => levels.get(symbol) ?? null
  const advice = adviceOf({ ...questionOf(engine, ports, task), indexAt })
  for (const exit of advice.exits) engine.dispatch({ kind: 'exit-proposed', at: now, ...exit })
  const outcome =
    advice.entry === null
      ? withoutEntry(advice, engine.state)
      : await enter(engine, ports, { ...task, entry: advice.entry })
  const { symbol } = plan.underlying
  const reason = advice.entry === null ? outcome.reason : `${advice.reason}; ${outcome.reason}`
  engine.dispatch({
    kind: 'cycle-ended',
    at: ports.clock.now(),
    outcome: { ...outcome, symbol, barStart: bar.start, reason },
  })
}

function questionOf(engine: Engine, { clock }: Ports, { plan, bar, judged }: CycleTask): Question {
  const closedAt = barEnd(bar.start, '1m')
  return { plan, judged, state: engine.state, now: clock.now(), closedAt }
}

async function levelsOf(
  { indexes }: CycleTask,
  wanted: readonly UnderlyingKey[],
): Promise<ReadonlyMap<Ticker, Price>> {
  const levels = new Map<Ticker, Price>()
  for (const index of wanted) {
    const level = await indexes.level(index)
    if (level !== null) levels.set(index.symbol, level)
  }
  return levels
}

function withoutEntry({ exits, heard, reason }: Advice, { structures }: State): Outcome {
  if (exits.length > 0) {
    const names = exits.map(({ structureId }) => {
      const structure = structures.get(structureId)
      return structure === undefined ? structureId : nameOf(structure.contract)
    })
    return { kind: 'proposed', reason: `exit of ${names.join(', ')}; ${reason}` }
  }
  return { kind: heard ? 'hold' : 'skipped', reason }
}

async function enter(engine: Engine, ports: Ports, task: EnterTask): Promise<Outcome> {
  const { entry } = task
  const before = whyNot(engine, task, ports.clock.now())
  if (before !== null) return { kind: 'skipped', reason: before }
  const deadline = { clock: ports.clock, ms: OBSERVE_MS_MAX, of: 'the observation' }
  const margin: Observation['margin'] = async (picked) => {
    const why = whyNot(engine, task, ports.clock.now())
    if (why !== null) return { kind: 'not-asked', why }
    const asked = engine.marginAsked({ ...besideOf(engine, task), ...picked })
    return asked.ok ? ports.broker.margin(asked.value) : { kind: 'not-asked', why: asked.error }
  }
  const observation = { ...task, margin }
  const found = await withDeadline(deadline, (signal) => observe(ports, observation, signal))
  if (!found.ok) return { kind: 'skipped', reason: `${found.error.code}: ${found.error.detail}` }
  engine.answered()
  if (found.value.kind === 'none') return { kind: 'none-picked', reason: found.value.reason }
  // Time went by: what holds now is asked again, and the decide turn judges it all once more.
  const after = whyNot(engine, task, ports.clock.now())
  if (after !== null) return { kind: 'skipped', reason: `${found.value.reason}; ${after}` }
  const { kind: _found, reason, ...picked } = found.value
  const request = { ...besideOf(engine, task), ...picked }
  engine.dispatch({ kind: 'entry-proposed', at: ports.clock.now(), request })
  const taken = engine.state.signalKeys.has(entry.signalKey)
  return {
    kind: 'proposed',
    reason: `${reason}; ${taken ? 'approved' : 'refused'}`,
    signalKey: entry.signalKey,
  }
}

/** What a request says beside what was picked. */
function besideOf(engine: Engine, { plan, bar, entry }: EnterTask) {
  return {
    ...entry,
    stopLossPct: engine.rules.stopLossPct,
    marks: engine.marks((symbol) => plan.feed.last(symbol)),
    barClosedAt: barEnd(bar.start, '1m'),
  }
}

function whyNot(engine: Engine, { plan, bar, entry }: EnterTask, now: EpochMs): string | null {
  const { strategy, signalKey } = entry
  const barClosedAt = barEnd(bar.start, '1m')
  const { symbol } = plan.underlying
  return whyNoEntry(engine.state, engine.rules, { strategy, symbol, signalKey, barClosedAt, now })
}
