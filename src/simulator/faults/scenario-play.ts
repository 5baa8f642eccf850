import { unreachable } from '../../base/assert.ts'
import type { Cancel, Clock } from '../../base/clock.ts'
import type { SimulatedGateway } from '../gateway.ts'
import type { LocalFaults } from './local-faults.ts'
import { once } from './once.ts'
import type { Action, Scenario, Step } from './scenario.ts'
import { SecondClient } from './second-client.ts'

export interface Stage {
  readonly gateway: SimulatedGateway
  readonly clock: Clock
  /** The client's own side, where it is in this process. */
  readonly local?: LocalFaults
  readonly log?: (line: string) => void
}

/** How often it is looked whether the Gateway was asked often enough for a step to begin. */
const LOOK_MS = 100

/** Begins and ends its steps by the clock; the returned function ends all of them now. */
export function playScenario(stage: Stage, scenario: Scenario): Cancel {
  const stops = new Set<Cancel>()
  const later = (delayMs: number, action: () => void): void => {
    const cancel = stage.clock.after(delayMs, () => {
      stops.delete(cancel)
      action()
    })
    stops.add(cancel)
  }
  const begin = (step: Step): void => {
    stage.log?.(`scenario ${scenario.name}: ${nameOf(step.action)}`)
    const stop = once(act(stage, step.action))
    stops.add(stop)
    if (step.lasts === null) return
    later(step.lasts, () => {
      stops.delete(stop)
      stop()
      stage.log?.(`scenario ${scenario.name}: ${nameOf(step.action)} is over`)
    })
  }
  const whenAsked = (step: Step, history: number): void => {
    if (stage.gateway.counters.historicalRequests >= history) {
      later(step.after, () => begin(step))
    } else later(LOOK_MS, () => whenAsked(step, history))
  }
  const asked = stage.gateway.counters.historicalRequests
  for (const step of scenario.steps) {
    if (step.onceHistory === null) later(step.after, () => begin(step))
    else whenAsked(step, asked + step.onceHistory)
  }
  return once(() => {
    for (const stop of stops) stop()
  })
}

/** Whether a scenario can be played where only the Gateway is at hand. */
export function needsLocal({ steps }: Scenario): boolean {
  return steps.some(({ action }) => action.kind === 'local' && action.otherwise === null)
}

function act({ gateway, clock, local }: Stage, action: Action): Cancel {
  switch (action.kind) {
    case 'fault':
      return gateway.inject(action.fault)
    case 'second-client':
      return new SecondClient({ gateway, clock }).start(action.does)
    case 'local':
      if (local === undefined) {
        return action.otherwise === null ? () => undefined : gateway.inject(action.otherwise)
      }
      if (action.does === 'stall-writer') return local.stallWriter()
      return local.stallReader(action.does === 'pause-reader' ? 'paused' : 'detached')
    default:
      return unreachable(action)
  }
}

function nameOf(action: Action): string {
  if (action.kind === 'fault') return action.fault.name
  return action.kind === 'local' ? action.does : `second client, ${action.does}`
}
