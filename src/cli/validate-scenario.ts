import type { Cancel, Clock, EpochMs } from '../base/clock.ts'
import type { SimulatedGateway } from '../simulator/gateway.ts'
import type { LocalFaults } from '../simulator/faults/local-faults.ts'
import { playScenario } from '../simulator/faults/scenario-play.ts'
import type { Scenario } from '../simulator/faults/scenario.ts'
import type { Planted } from '../validation/outages.ts'

export interface StageHands {
  readonly gateway: SimulatedGateway
  readonly clock: Clock
  readonly local: LocalFaults
}

interface Playing {
  readonly scenario: Scenario
  beganAt: EpochMs | null
  healedAt: EpochMs | null
  /** Steps that have begun, and those of them that are over. */
  begun: number
  over: number
  readonly stop: Cancel
}

/** Plays a scenario, once or each night, and knows from when to when something was broken. */
export class ScenarioLog {
  readonly #played: Playing[] = []

  /** From now on. */
  play(scenario: Scenario, { gateway, clock, local }: StageHands): void {
    const playing: Playing = {
      scenario,
      beganAt: null,
      healedAt: null,
      begun: 0,
      over: 0,
      stop: playScenario(
        {
          gateway,
          clock,
          local,
          log: () => {
            playing.beganAt ??= clock.now()
            const step = this.#stepsInOrder(scenario)[playing.begun++]
            // A fault says itself when it is over: some heal before their time, or at none.
            if (step === undefined || step.action.kind === 'fault' || step.lasts === null) return
            clock.after(step.lasts, () => this.#over(playing, clock.now()))
          },
        },
        scenario,
      ),
    }
    this.#played.push(playing)
  }

  /** A line of the Gateway's log. */
  heard(line: string, at: EpochMs): void {
    if (!/^fault \S+ is over$/.test(line)) return
    const playing = this.#played.find(({ begun, over }) => begun > over)
    if (playing !== undefined) this.#over(playing, at)
  }

  /** What broke on the bot's side is whole again: its process was replaced. */
  recycled(at: EpochMs): void {
    for (const playing of this.#played.filter((each) => each.begun > each.over)) {
      const local = playing.scenario.steps.filter(({ action }) => action.kind === 'local')
      for (const { lasts } of local) if (lasts === null) this.#over(playing, at)
    }
  }

  get isBroken(): boolean {
    return this.#played.some(({ begun, over }) => begun > over)
  }

  get planted(): readonly Planted[] {
    return this.#played.flatMap(({ scenario, beganAt, healedAt }) => {
      const { name, label } = scenario
      return beganAt === null ? [] : [{ name, label, beganAt, healedAt }]
    })
  }

  #over(playing: Playing, at: EpochMs): void {
    playing.over++
    const isWhole = playing.begun === playing.scenario.steps.length
    if (isWhole && playing.over >= playing.begun) playing.healedAt ??= at
  }

  /** As they begin, those that wait for the Gateway to be asked last. */
  #stepsInOrder({ steps }: Scenario): Scenario['steps'] {
    const startOf = (step: Scenario['steps'][number]): number =>
      step.onceHistory === null ? step.after : Number.MAX_SAFE_INTEGER
    return [...steps].sort((a, b) => startOf(a) - startOf(b))
  }
}
