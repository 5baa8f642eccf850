import { Socket } from 'node:net'
import fc from 'fast-check'

/** Laws repeat: the same cases on every machine. `FC_SEED=n npm test` looks for others. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20261124) })

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/
const GUARDED = Symbol.for('dials loopback only')
type Connect = (this: Socket, ...args: unknown[]) => Socket

/** The suite is hermetic (R32): whoever dials another machine fails there and then. */
function guardSockets(): void {
  const prototype = Socket.prototype as { connect: Connect; [GUARDED]?: true }
  if (prototype[GUARDED] === true) return
  prototype[GUARDED] = true
  const dial = prototype.connect
  prototype.connect = function connect(...args) {
    const host = hostOf(args)
    if (host !== null && !LOOPBACK.test(host)) throw new Error(`a test dials ${host}`)
    return dial.apply(this, args)
  }
}

/** As the many forms of `connect` have it: options, their normalised pair, or a port and a host. */
function hostOf(args: readonly unknown[]): string | null {
  const [first, second] = args
  const options: unknown = Array.isArray(first) ? first[0] : first
  if (typeof options === 'object' && options !== null) {
    const { host } = options as { host?: unknown }
    return typeof host === 'string' ? host : null
  }
  return typeof second === 'string' ? second : null
}

guardSockets()
