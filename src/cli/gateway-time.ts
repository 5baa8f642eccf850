import { SystemClock } from '../base/clock.ts'
import type { GatewaySettings } from '../config/settings.ts'
import { askTime } from '../ibkr/session/ask-time.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { CommandError } from './exit-codes.ts'

type Address = Pick<GatewaySettings, 'host' | 'port' | 'clientIdBase'>

/**
 * The first question of every run, so that an address where no Gateway answers is refused at once:
 * a clock that goes at our speed from the moment that the Gateway says it is.
 */
export async function gatewayTime(gateway: Address): Promise<SystemClock> {
  const clock = new SystemClock()
  const { host, port, clientIdBase } = gateway
  const dialer = new TcpDialer({ host, port, clock })
  const answer = await askTime({ clock, connect: () => dialer.connect(), clientIdBase })
  if (!answer.ok) throw noGateway(gateway, answer.error.detail)
  return new SystemClock(answer.value)
}

export function noGateway(
  { host, port }: Pick<Address, 'host' | 'port'>,
  detail: string,
): CommandError {
  return new CommandError(
    'connection',
    `expected IB Gateway at ${host}:${port}: ${detail}; start it, enable its socket API, ` +
      'trust this machine, or correct gateway.host and gateway.port',
  )
}
