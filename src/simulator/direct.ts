import type { Broker, MarketData } from '../engine/ports.ts'
import type { GatewayCore } from './broker/core.ts'
import { directBroker } from './direct-broker.ts'
import type { DirectOptions } from './direct-broker.ts'
import { directMarketData } from './direct-data.ts'

/** Face 1: both ports in process, without codec, over a core and its market. */
export function direct(core: GatewayCore, options?: DirectOptions): Broker & MarketData {
  return { ...directBroker(core, options), ...directMarketData(core) }
}
