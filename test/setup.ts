import { Socket } from 'node:net'
import fc from 'fast-check'

/** Laws repeat: the same cases on every machine. `FC_SEED=n npm test` looks for others. */
fc.configureGlobal({
  seed: Number(process.env['FC_SEED'] ?? 20261124),
  // Or an array of at most 400 has at most 10 elements, and no limit is ever reached.
  defaultSizeToMaxWhenMaxSpecified: true,
})

// What a build server or a terminal asks for in colour is compared as plain text.
process.env['NO_COLOR'] = '1'
delete process.env['FORCE_COLOR']

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
    const isOurs = host === null || LOOPBACK.test(host) || hasOwnLookup(args)
    if (!isOurs) throw new Error(`a test dials ${host}`)
    return dial.apply(this, args)
  }
}

/** A name that the test itself resolves: what it says is judged by who connects, or is loopback. */
function hasOwnLookup(args: readonly unknown[]): boolean {
  const [first] = args
  const options: unknown = Array.isArray(first) ? first[0] : first
  if (typeof options !== 'object' || options === null) return false
  const { lookup } = options as { lookup?: Lookup }
  if (typeof lookup !== 'function') return false
  const checked: Lookup = (name, wanted, done) => {
    lookup(name, wanted, (error, address, family) => {
      const addresses = (Array.isArray(address) ? address : [{ address }]) as { address: string }[]
      const others = error ? [] : addresses.filter((each) => !LOOPBACK.test(each.address))
      if (others.length === 0) return done(error, address, family)
      done(new Error(`a test dials ${name} at ${others[0]?.address}`), address, family)
    })
  }
  Object.assign(options, { lookup: checked })
  return true
}

type Found = (error: Error | null, address: unknown, family?: number) => void
type Lookup = (name: string, options: unknown, done: Found) => void

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
