import { z } from 'zod'
import { fault, ms } from './fault.ts'
import type { Ground } from './fault.ts'

const closesOpen = z
  .boolean()
  .default(true)
  .describe('whether connections that are open end when it begins')

function closeAll(ground: Ground, isMeant: boolean): void {
  for (const { link } of isMeant ? ground.connections() : []) {
    ground.did()
    link.drop('close')
  }
}

/** The first bytes of a TLS 1.2 ServerHello, as a proxy or a web server would answer. */
const TLS_HELLO = [0x16, 0x03, 0x03, 0x00, 0x51, 0x02, 0x00, 0x00, 0x4d, 0x03, 0x03]

/** F10: whoever listens there is not a Gateway that works. */
export const listenerFaults = {
  refuse: fault({
    number: 'F10',
    line: 'nobody listens: connections are refused',
    label: 'GATEWAY_DOWN',
    parameters: { closesOpen },
    begin: ({ closesOpen }, ground) => {
      ground.refuse()
      closeAll(ground, closesOpen)
      return {}
    },
  }),
  'accept-then-close': fault({
    number: 'F10',
    line: 'connections are accepted and closed',
    label: 'GATEWAY_DOWN',
    parameters: { closesOpen, afterMs: ms.default(0).describe('how long they live') },
    begin: ({ closesOpen, afterMs }, ground) => {
      closeAll(ground, closesOpen)
      return {
        opened: ({ link }, isNew) => {
          if (!isNew) return undefined
          ground.after(afterMs, () => link.drop('close'))
          return link.hold('both', { acknowledged: true })
        },
      }
    },
  }),
  garbage: fault({
    number: 'F10',
    line: 'new connections are answered with bytes of another protocol',
    label: 'PROTOCOL_ERROR',
    parameters: {
      closesOpen,
      bytes: z.enum(['tls', 'random']).default('tls').describe('what it looks like'),
    },
    begin: ({ closesOpen, bytes }, ground) => {
      closeAll(ground, closesOpen)
      return {
        opened: ({ link }, isNew) => {
          if (!isNew) return undefined
          const start = bytes === 'tls' ? TLS_HELLO : []
          const noise = Array.from({ length: 64 }, () => ground.prng.int(0, 255))
          link.write(Uint8Array.from([...start, ...noise]))
          return link.hold('both', { acknowledged: true })
        },
      }
    },
  }),
}
