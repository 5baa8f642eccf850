import { SystemClock } from '../base/clock.ts'
import type { GatewaySettings } from '../config/settings.ts'
import { askGreeting, askTime } from '../ibkr/session/ask-time.ts'
import type { AskTimeOptions } from '../ibkr/session/ask-time.ts'
import { TcpDialer } from '../ibkr/transport.ts'
import { CommandError } from './exit-codes.ts'

type Address = Pick<GatewaySettings, 'host' | 'port' | 'clientIdBase'>

/**
 * The first question of every run, so that an address where no Gateway answers is refused at once:
 * a clock that goes at our speed from the moment that the Gateway says it is.
 */
export async function gatewayTime(gateway: Address): Promise<SystemClock> {
  const answer = await askTime(asking(gateway))
  if (!answer.ok) throw noGateway(gateway, answer.error.detail)
  return new SystemClock(answer.value)
}

/** And whether it says of itself that it is simulated. */
export async function gatewayGreeting(
  gateway: Address,
): Promise<{ readonly clock: SystemClock; readonly isSimulated: boolean }> {
  const answer = await askGreeting(asking(gateway))
  if (!answer.ok) throw noGateway(gateway, answer.error.detail)
  const { time, isSimulated } = answer.value
  return { clock: new SystemClock(time), isSimulated }
}

function asking({ host, port, clientIdBase }: Address): AskTimeOptions {
  const clock = new SystemClock()
  const dialer = new TcpDialer({ host, port, clock })
  return { clock, connect: () => dialer.connect(), clientIdBase }
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
