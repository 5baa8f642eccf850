import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EpochMs } from '../../src/base/clock.ts'
import { Prng } from '../../src/base/prng.ts'
import { ok } from '../../src/base/result.ts'
import { startBot } from '../../src/cli/bot.ts'
import type { Bot } from '../../src/cli/bot.ts'
import { DRY_RUN_ACCOUNT, openDryBroker } from '../../src/cli/dry-run.ts'
import { makeStateFolder, stateFolder } from '../../src/cli/state-folder.ts'
import type { Broker } from '../../src/engine/ports.ts'
import { MemoryBarStore } from '../../src/history/memory.ts'
import { openIbkr, openIbkrData } from '../../src/ibkr/open.ts'
import { MemoryJournal, MemoryLatch, MemoryOrderIds } from '../../src/journal/memory.ts'
import { SimulatedGateway } from '../../src/simulator/gateway.ts'
import type { Event } from '../../src/trading/event.ts'
import type { Plan } from './plan.ts'
import { WireTap } from './wire-tap.ts'
import type { OrderFrame } from './wire-tap.ts'
import { LockStep } from './world.ts'

const ACCOUNT = 'DU1234567'

export interface DryOptions {
  readonly plan: Plan
  /** A planted bug (M3): orders go to a broker that was opened after all. */
  readonly realBroker?: boolean
}

/** Dry-run as `run --dry-run` composes it, against a Gateway that would take every order. */
export class DryWorld {
  readonly lockStep: LockStep
  readonly gateway: SimulatedGateway
  readonly journal = new MemoryJournal()
  readonly bot: Bot
  readonly orderFrames: OrderFrame[] = []
  /** While true, the Gateway is not heard, on any connection. */
  deaf = false

  constructor({ plan, realBroker = false }: DryOptions) {
    this.lockStep = new LockStep(plan.start)
    const { clock, taps } = this.lockStep
    const { market, seed, settings } = plan
    this.gateway = new SimulatedGateway({ clock, seed, market })
    const options = {
      clock,
      prng: new Prng(seed),
      connect: () => {
        const tap = new WireTap(this.gateway, {
          version: 193,
          sent: (frame) => this.orderFrames.push(frame),
          deaf: () => this.deaf,
        })
        taps.push(tap)
        return Promise.resolve(ok(tap))
      },
      declared: null,
      account: ACCOUNT,
      allowDelayed: false,
      notice: () => undefined,
    }
    const latch = new MemoryLatch()
    const data = openIbkrData({ ...options, mode: 'dry-run' })
    const folder = stateFolder(mkdtempSync(join(tmpdir(), 'dry-run-')), 'dry-run')
    makeStateFolder(folder)
    const simulated = openDryBroker({ clock, marketData: data.marketData, settings, folder })
    const real = (): Broker => {
      const orderIds = new MemoryOrderIds()
      const trading = { ...options, clientIdBase: 60, orderIds, latch, look: settings.look }
      return openIbkr({ ...trading, mode: 'simulation' }).broker
    }
    this.bot = startBot({
      settings,
      ports: {
        clock,
        broker: realBroker ? real() : simulated.broker,
        marketData: simulated.marketData,
        barStore: new MemoryBarStore(),
        journal: this.journal,
        latch,
        notifier: { notify: () => undefined },
      },
      mode: 'dry-run',
      accountId: realBroker ? ACCOUNT : DRY_RUN_ACCOUNT,
      version: 'simulated',
      connections: data,
    })
  }

  now(): EpochMs {
    return this.lockStep.clock.now()
  }

  async run(ms: number): Promise<void> {
    await this.lockStep.clock.runUntil((this.now() + ms) as EpochMs)
  }

  get held(): number {
    const { structures } = this.bot.engine.state
    return [...structures.values()].filter(({ quantity }) => quantity !== 0).length
  }

  /** Of this type, journaled since then. */
  events<T extends Event['type']>(
    type: T,
    since: EpochMs,
  ): readonly Extract<Event, { readonly type: T }>[] {
    return this.journal
      .read()
      .filter(({ at }) => at > since)
      .flatMap(({ event }) =>
        event.type === type ? [event as Extract<Event, { readonly type: T }>] : [],
      )
  }
}
