/** `DU1234567`, `U1234567`, `DF123456`, `DUP770846`, `F123456`: how IBKR writes accounts. */
const ACCOUNT = /\b(?:D[A-Z]{1,2}|U|F|I)\d{5,9}\b/g
const ADDRESS = /\b[\w.+-]+@[\w-]+\.[\w.]+\b|\b\d{1,3}(?:\.\d{1,3}){3}\b/g
/** What says who somebody is, or which order it was, by its name in the layouts. */
const IDENTITIES: ReadonlySet<string> = new Set([
  'account',
  'customerAccount',
  'clearingAccount',
  'faGroup',
  'modelCode',
  'orderRef',
  'permId',
  'submitter',
  'whiteBrandingId',
])
/** Messages whose decimals are balances and profits: digits go, their number stays. */
const BALANCES: ReadonlySet<string> = new Set(['6', '63', '73', '94', '95'])
/** Shorter texts say nothing of anybody, and occur everywhere. */
const LENGTH_MIN = 5

/**
 * Replaces what says whose session it was, each the same way everywhere: accounts, references and
 * ids of orders and executions, addresses, balances. Prices, sizes, contracts and times stay: they
 * are what a layout is tested with.
 */
export class Redactor {
  readonly #replacements = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  constructor(accounts: readonly string[] = []) {
    for (const account of accounts) this.#account(account)
  }

  /** The fields of a payload without its length; `decoded` is what it says, where that is known. */
  fields(payload: Uint8Array, decoded: object | null): readonly string[] {
    if (decoded !== null) this.#learn(decoded)
    const texts = Buffer.from(payload).toString('utf8').split('\0')
    const fields = texts.at(-1) === '' ? texts.slice(0, -1) : texts
    const balances = BALANCES.has(fields[0] ?? '')
    return fields.map((field, index) => {
      const known = index === 0 ? undefined : this.#replacements.get(field)
      if (known !== undefined) return known
      const text = this.text(field)
      return balances && /^-?\d+\.\d+$/.test(text) ? text.replace(/\d/g, '1') : text
    })
  }

  /** Of a text for people, as of an error. */
  text(text: string): string {
    return text
      .replace(ACCOUNT, (account) => this.#account(account))
      .replace(ADDRESS, (address) => (address.includes('@') ? 'name@example.com' : '192.0.2.1'))
  }

  #learn(value: object): void {
    for (const [key, each] of Object.entries(value)) {
      if (key === 'execId' && typeof each === 'string') this.#execution(each)
      else if (key === 'accounts' && Array.isArray(each)) {
        for (const account of each) if (typeof account === 'string') this.#account(account)
      } else if (IDENTITIES.has(key)) this.#identity(key, each)
      else if (typeof each === 'object' && each !== null) this.#learn(each)
    }
  }

  #identity(key: string, value: unknown): void {
    if (typeof value !== 'string' && typeof value !== 'number') return
    const text = String(value)
    if (text.length < LENGTH_MIN) return
    if (key.toLowerCase().endsWith('account')) this.#account(text)
    else if (key === 'permId') this.#replace(text, (count) => String(900_000_000 + count))
    else this.#replace(text, (count) => `${key}-${count}`)
  }

  /** Corrections share everything before the last dot, and still do afterwards. */
  #execution(execId: string): void {
    const dot = execId.lastIndexOf('.')
    const stem = dot < 0 ? execId : execId.slice(0, dot)
    const known = this.#replace(stem, (count) => `0000e000.${String(count).padStart(8, '0')}.01`)
    this.#replacements.set(execId, dot < 0 ? known : known + execId.slice(dot))
  }

  /** Paper stays paper and live stays live: which it is decides what a session may do. */
  #account(account: string): string {
    if (account === '' || account === EVERYBODY) return account
    const prefix = /^[A-Z]+/.exec(account)?.[0] ?? 'U'
    return this.#replace(account, (count) => `${prefix}${9_000_000 + count}`)
  }

  #replace(text: string, made: (count: number) => string): string {
    const known = this.#replacements.get(text)
    if (known !== undefined) return known
    const kind = made(0).replace(/\d/g, '')
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const replacement = made(count)
    this.#replacements.set(text, replacement)
    this.#replacements.set(replacement, replacement) // what was replaced once stays as it is
    return replacement
  }
}

/** A group, and no account. */
const EVERYBODY = 'All'
