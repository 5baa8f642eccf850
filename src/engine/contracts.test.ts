import { assert } from '../base/assert.ts'
import { VirtualClock } from '../base/clock.ts'
import type { EpochMs } from '../base/clock.ts'
import { Prng } from '../base/prng.ts'
import { ok } from '../base/result.ts'
import type { CalendarDate, OptionContract } from '../domain/contract.ts'
import { price } from '../domain/money.ts'
import type { Candidate } from '../domain/quote.ts'
import { openIbkr } from '../ibkr/open.ts'
import { MemoryLatch, MemoryOrderIds } from '../journal/memory.ts'
import { SimulatedGateway } from '../simulator/gateway.ts'
import type { Transport } from '../wire/transport.ts'
import type { Broker, MarketData } from './ports.ts'
import { brokerContract, marketDataContract } from './ports.contract.ts'
import { at, SPY } from './scripted-bars.testing.ts'

/** A generated market at noon, behind one of the Gateway's faces. */
interface World {
  readonly clock: VirtualClock
  readonly run: (ms: number) => Promise<void>
  readonly broker: Broker
  readonly marketData: MarketData
  readonly option: OptionContract
}

function worldOn(clock: VirtualClock, gateway: SimulatedGateway): Pick<World, 'run' | 'option'> {
  const affordable = (option: OptionContract): boolean => {
    const quote = gateway.market.quote(option.conId, clock.now(), 'low-first')
    return (quote?.bid ?? 0) > price(1.5) && (quote?.ask ?? Infinity) < price(4)
  }
  const option = gateway.market.options(SPY.symbol, '2026-03-20' as CalendarDate).find(affordable)
  assert(option !== undefined, 'the chain has an option of some dollars')
  return { option, run: (ms) => clock.runUntil((clock.now() + ms) as EpochMs) }
}

function inProcess(): World {
  const clock = new VirtualClock({ start: at('12:00'), settled: () => true, speed: null })
  const gateway = new SimulatedGateway({ clock, seed: 7 })
  const ports = gateway.direct()
  return { clock, broker: ports, marketData: ports, ...worldOn(clock, gateway) }
}

/** Through the real codec, over pairs of byte pipes. */
async function overMemory(): Promise<World> {
  const ours: Transport[] = []
  let theirs: () => readonly Transport[] = () => []
  const settled = (): boolean => {
    const [bot, gateway] = [totals(ours), totals(theirs())]
    return bot.written === gateway.handled && gateway.written === bot.handled
  }
  const clock = new VirtualClock({ start: at('12:00'), settled, speed: null })
  const gateway = new SimulatedGateway({ clock, seed: 7 })
  theirs = () => gateway.transports
  const { broker, marketData } = openIbkr({
    look: null,
    clock,
    prng: new Prng(1),
    mode: 'simulation',
    declared: null,
    account: gateway.core.accountId,
    orderIds: new MemoryOrderIds(),
    latch: new MemoryLatch(),
    notice: () => undefined,
    connect: () => {
      const transport = gateway.memorySocket()
      ours.push(transport)
      return Promise.resolve(ok(transport))
    },
  })
  const world = worldOn(clock, gateway)
  await world.run(5_000)
  return { clock, broker, marketData, ...world }
}

function totals(transports: readonly Transport[]): { written: number; handled: number } {
  return transports.reduce(
    (sum, { count }) => ({
      written: sum.written + count.written,
      handled: sum.handled + count.handled,
    }),
    { written: 0, handled: 0 },
  )
}

async function quoted({ marketData, option, run }: World): Promise<Candidate> {
  const asked = marketData.requote(option, new AbortController().signal)
  await run(5_000)
  const answer = await asked
  assert(answer.ok, 'the option is quoted')
  return answer.value
}

const faces: readonly (readonly [string, () => World | Promise<World>])[] = [
  ['the simulator in process', inProcess],
  ['the IBKR adapter over a memory socket', overMemory],
]

for (const [name, open] of faces) {
  marketDataContract(name, async () => ({ ...(await open()), underlying: SPY }))
  brokerContract(name, async () => {
    const world = await open()
    return { ...world, quoted: () => quoted(world) }
  })
}
