import { unreachable } from '../base/assert.ts'
import type { EpochMs } from '../base/clock.ts'
import type { SetGate } from '../domain/account.ts'
import { newYorkDate } from '../domain/calendar.ts'
import type { Price } from '../domain/money.ts'
import type { Mark } from '../domain/mark.ts'
import { marksOf } from '../domain/mark.ts'
import type { StructureId } from '../domain/order.ts'
import type { Structure } from '../domain/position.ts'
import { whyNotArmed } from './arm.ts'
import { activityAfter } from './activity.ts'
import type { Event } from './event.ts'
import { withClockSetBack } from './evolve-clock.ts'
import { withDayOpened } from './evolve-day.ts'
import { withFill } from './evolve-fill.ts'
import { withCancelSent, withChildResent, withOrder, withOrderMoved } from './evolve-order.ts'
import { withPositionAdjusted } from './evolve-position.ts'
import type { State } from './state.ts'
import { entryKey } from './state.ts'

type Approval = Extract<Event, { type: 'EntryApproved' }>
type Gated = Extract<Event, { type: 'GateSet' | 'GateCleared' }>
type Foreign = Extract<Event, { type: 'ForeignOrderSeen' | 'ForeignOrderGone' }>
type Interrupted = Extract<Event, { incident: unknown }>
type Commanded = Extract<Event, { type: 'OperatorCommanded' }>

/** Pure, synchronous, total: `at` is the time the event was journaled. It records, never judges. */
export function evolve(state: State, event: Event, at: EpochMs): State {
  const activity = activityAfter(state, event, at)
  return { ...folded(state, event, at), activity, seq: state.seq + 1 }
}

function folded(state: State, event: Event, at: EpochMs): State {
  switch (event.type) {
    case 'RunStarted':
      return withRun(state, event, at)
    case 'DayOpened':
      return withDayOpened(state, event.baseline, at)
    case 'AccountObserved': {
      const exchangeRates = new Map(event.account.exchangeRates)
      return { ...state, account: { ...event.account, exchangeRates } }
    }
    case 'EntryApproved':
      return withApproval(state, event, at)
    case 'OrderIntended':
      return withOrder(state, event.order, at)
    case 'ChildResent':
      return withChildResent(state, event.orderId, at)
    case 'CancelIntended':
      return withCancelSent(state, event, at)
    case 'OrderMoved':
      return withOrderMoved(state, event, at)
    case 'OrderFilled':
      return withFill(state, event.fill, at)
    case 'CommissionReported':
      return {
        ...state,
        commissions: new Map(state.commissions).set(event.execId, event.commission),
      }
    case 'PlanChanged':
      return withStructure(state, event.structureId, { plan: event.plan })
    case 'StopPassed':
      return withStructure(state, event.structureId, { stopPassedAt: at })
    case 'StopRecovered':
      return withStructure(state, event.structureId, { stopPassedAt: null })
    case 'ExitTriggered':
      return withStructure({ ...state, flattenWaits: null }, event.structureId, {
        triggered: event.exit,
        triggeredAt: at,
      })
    case 'PositionAdjusted':
      return withPositionAdjusted(state, event)
    case 'ForeignOrderSeen':
    case 'ForeignOrderGone':
      return withForeignOrder(state, event)
    case 'ClockSetBack':
      return withClockSetBack(state, at)
    case 'LinkChanged':
      return { ...state, link: event.link, epoch: event.epoch }
    case 'IncidentOpened':
    case 'IncidentUpdated':
    case 'IncidentEnded':
      return withIncident(state, event)
    case 'OperatorCommanded':
      return withCommand(state, event, at)
    case 'GateSet':
    case 'GateCleared':
      return withGate(state, event)
    case 'TradingStateChanged':
      return withLevel(state, event, at)
    case 'FlattenDeferred':
      return { ...state, flattenWaits: event.reason }
    // Facts for people and read models; nothing is decided on them.
    case 'BaselineChecked':
    case 'CycleEnded':
    case 'EntryRefused':
    case 'ReplaceIntended':
      return state
    default:
      return unreachable(event)
  }
}

/** The gates of a dead process mean nothing, but for those that a person or a proof must lift. */
function withRun(
  state: State,
  { mode, accountId, ...run }: Extract<Event, { type: 'RunStarted' }>,
  at: EpochMs,
): State {
  const lasts = ({ gate, symbol }: SetGate) =>
    gate === 'baseline' || (gate === 'reconcile' && symbol !== null)
  const gates = state.gates.filter(lasts)
  const clientIdBase = run.clientIdBase ?? state.clientIdBase
  return { ...state, mode, accountId, clientIdBase, runStartedAt: at, link: 'down', gates }
}

function withApproval(state: State, event: Approval, at: EpochMs): State {
  const { structureId: id, request, plan, basis } = event
  const { strategy, candidate, signalKey } = request
  const { contract } = candidate
  const structure: Structure = {
    id,
    strategy,
    contract,
    quantity: 0, // nothing is held until it fills
    openPrice: basis?.price ?? (0 as Price), // until it fills
    openedAt: at,
    plan,
    triggered: null,
    triggeredAt: null,
    stopPassedAt: null,
    marks: enteredOn(request),
  }
  const key = entryKey(strategy, contract.symbol)
  return {
    ...state,
    structures: new Map(state.structures).set(id, structure),
    lastEntryAt: new Map(state.lastEntryAt).set(key, at),
    signalKeys: new Map(state.signalKeys).set(signalKey, id),
  }
}

/** Rows of earlier versions say less, and then it is not known. */
function enteredOn(request: Partial<Approval['request']>): readonly Mark[] {
  const { candidate, spot } = request
  if (candidate === undefined) return []
  const { contract, quote } = candidate
  return marksOf(contract, quote, { spot: spot?.price ?? null, at: quote.aliveAt })
}

function withStructure(state: State, id: StructureId, change: Partial<Structure>): State {
  const structure = state.structures.get(id)
  if (structure === undefined) return state
  return { ...state, structures: new Map(state.structures).set(id, { ...structure, ...change }) }
}

function withForeignOrder(state: State, event: Foreign): State {
  const foreignOrders = new Map(state.foreignOrders)
  if (event.type === 'ForeignOrderGone') foreignOrders.delete(event.permId)
  else foreignOrders.set(event.order.permId, event.order)
  return { ...state, foreignOrders }
}

function withIncident(state: State, { type, incident }: Interrupted): State {
  const incidents = new Map(state.incidents)
  if (type === 'IncidentEnded') incidents.delete(incident.id)
  else incidents.set(incident.id, incident)
  return { ...state, incidents }
}

function withGate(state: State, event: Gated): State {
  const { gate, symbol } = event.type === 'GateSet' ? event.set : event
  const others = state.gates.filter((each) => each.gate !== gate || each.symbol !== symbol)
  if (event.type === 'GateCleared') return { ...state, gates: others }
  const lowFunds = gate === 'low-funds' ? (state.account?.availableFunds ?? null) : state.lowFunds
  return { ...state, gates: [...others, event.set], lowFunds }
}

function withCommand(state: State, { by, command }: Commanded, at: EpochMs): State {
  if (command.kind !== 'arm' || whyNotArmed(state, by, command) !== null) return state
  return { ...state, armedOn: newYorkDate(at) }
}

/** After a kill, live is armed anew: two acts of a person, not one. */
function withLevel(
  state: State,
  { to, cause }: Extract<Event, { type: 'TradingStateChanged' }>,
  at: EpochMs,
): State {
  const armedOn = to === 'kill' ? null : state.armedOn
  const resumedAt = to === 'active' && cause === 'operator' ? at : state.resumedAt
  const dailyLossOn = cause === 'daily-loss' ? newYorkDate(at) : state.dailyLossOn
  const level = { tradingState: to, levelCause: cause, dailyLossOn }
  return { ...state, ...level, flattenWaits: null, armedOn, resumedAt }
}
