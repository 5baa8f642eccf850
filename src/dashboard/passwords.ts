import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { MACHINES } from '../trading/arm.ts'
import type { DashboardOptions, DashboardUser } from './options.ts'
import type { Role } from './view.ts'

const LENGTH_MIN = 12
/** Longer ones only cost time. */
const LENGTH_MAX = 256
/** Fewer different letters are a pattern. */
const LETTERS_MIN = 5

/** What others ship with, and what people type first; in letters alone, as `lettersOf` makes it. */
const KNOWN = [
  'administrator admin password passwort passwd passphrase changeme changeit changethis default',
  'supersecret topsecret secret letmein welcome qwertyuiop qwerty qwertz asdfghjkl asdf zxcvbnm',
  'ibkroptionsbot interactivebrokers optionsbot ibgateway ibkr tws dashboard cockpit trading',
  'trader viewer operator freqtrade hummingbot somethingrandom correcthorsebatterystaple',
  'iloveyou monkey dragon master sunshine princess football baseball test demo guest user root',
  'example hello super pass word secret my the is please this',
]
  .join(' ')
  .split(' ')
  .sort((a, b) => b.length - a.length)

/** Letters that a known word may leave over before it is no longer a trivial variation. */
const REST_MAX = 2

/** Why nobody may use this password; null: one may. */
export function passwordObjection(password: string): string | null {
  if (password === '') return 'is empty'
  if (password.trim() === '') return 'is nothing but blanks'
  if (password !== password.trim()) return 'begins or ends with a blank'
  if (password.length < LENGTH_MIN) return `is shorter than ${LENGTH_MIN} letters`
  if (password.length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} letters`
  if (new Set(password).size < LETTERS_MIN || isSequence(password)) return 'is a simple pattern'
  return isKnown(password) ? 'is a well-known default, or one with a trivial change' : null
}

function isKnown(password: string): boolean {
  const plain = password.toLowerCase()
  const meant = plain.replace(/[013457@$!|]/g, (sign) => LEET[sign] ?? sign)
  // One that is nearly all digits and signs has no word in it to judge.
  const isWordy = /\p{L}{3}/u.test(meant)
  return isWordy && [plain, meant].some((form) => restOf(form).length <= REST_MAX)
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
}

function restOf(form: string): string {
  return KNOWN.reduce((rest, word) => rest.replaceAll(word, ''), form.replace(/[^\p{L}]/gu, ''))
}

/** `123456789012`, `abcdefghijkl`, and the same backwards. */
function isSequence(password: string): boolean {
  const steps = Array.from({ length: password.length - 1 }, (_, at) => {
    const step = password.charCodeAt(at + 1) - password.charCodeAt(at)
    return Math.abs(step) === 9 ? -Math.sign(step) : step // from 9 to 0, and back
  })
  return steps.every((step) => step === 1) || steps.every((step) => step === -1)
}

/** A person's, as it will stand in the journal: the same rule as on the control socket. */
export function nameObjection(name: string): string | null {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,39}$/u.test(name)) return 'expected 1 to 40 letters'
  return MACHINES.has(name.toLowerCase()) ? 'expected the name of a person' : null
}

/** Everything that keeps the dashboard from starting, at once (T4). */
export function secretObjections(
  options: Pick<DashboardOptions, 'users' | 'metricsToken'>,
): readonly string[] {
  const { users, metricsToken } = options
  const ofUsers = users.flatMap(({ name, password }, at) => {
    const taken = users.findIndex((other) => other.name === name) < at
    const ofPassword = passwordObjection(password.reveal())
    return [
      ...[nameObjection(name)].flatMap((why) => (why === null ? [] : [`user ${at + 1}: ${why}`])),
      ...(taken ? [`user ${at + 1}: ${name} is taken`] : []),
      ...(ofPassword === null ? [] : [`the password of user ${at + 1} ${ofPassword}`]),
    ]
  })
  const ofToken = metricsToken === null ? null : passwordObjection(metricsToken.reveal())
  return [...ofUsers, ...(ofToken === null ? [] : [`the token of metrics ${ofToken}`])]
}

interface Known {
  readonly name: string
  readonly role: Role
  readonly salt: Buffer
  readonly hash: Buffer
}

const HASH_BYTES = 32

/** What tells a password and a role from another, and neither of them back. */
export interface Fingerprint {
  readonly name: string
  readonly role: Role
  readonly salt: string
  readonly hash: string
}

/** Hashes alone, made at start: the passwords themselves are not kept here. */
export class Passwords {
  readonly #users: readonly Known[]
  readonly #nobody: Known
  readonly #cost: number

  private constructor(users: readonly Known[], nobody: Known, cost: number) {
    this.#users = users
    this.#nobody = nobody
    this.#cost = cost
  }

  /** `before`: with the salts of these the same password has the same hash. */
  static async of(
    users: readonly DashboardUser[],
    { cost, before }: { readonly cost: number; readonly before: readonly Fingerprint[] },
  ): Promise<Passwords> {
    const known = await Promise.all(
      users.map(async ({ name, role, password }): Promise<Known> => {
        const old = before.find((each) => each.name === name)?.salt
        const salt = old === undefined ? randomBytes(16) : Buffer.from(old, 'base64url')
        return { name, role, salt, hash: await hashOf(password.reveal(), { salt, cost }) }
      }),
    )
    const nobody: Known = {
      name: '',
      role: 'viewer',
      salt: randomBytes(16),
      hash: randomBytes(HASH_BYTES),
    }
    return new Passwords(known, nobody, cost)
  }

  get fingerprints(): readonly Fingerprint[] {
    return this.#users.map(({ name, role, salt, hash }) => {
      return { name, role, salt: salt.toString('base64url'), hash: hash.toString('base64url') }
    })
  }

  has(name: string): boolean {
    return this.#users.some((user) => user.name === name)
  }

  /** Who it is; null: nobody, after the same time as for a wrong password. */
  async check(name: string, password: string): Promise<{ name: string; role: Role } | null> {
    const user = this.#users.find((each) => each.name === name) ?? this.#nobody
    const hash = await hashOf(password, { salt: user.salt, cost: this.#cost })
    const isRight = timingSafeEqual(hash, user.hash)
    return isRight && user !== this.#nobody ? { name: user.name, role: user.role } : null
  }
}

function hashOf(
  password: string,
  { salt, cost }: { readonly salt: Buffer; readonly cost: number },
): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 3, maxmem: 256 * cost * 8 }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}
