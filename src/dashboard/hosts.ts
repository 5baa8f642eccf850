/**
 * Names under which this server answers, and no others: a name that an attacker rebinds to
 * loopback is not among them. Exact texts, for a browser writes them in exactly this form.
 */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
}

export interface Asking {
  /** As they came: name, value, name, value; duplicates included. */
  readonly rawHeaders: readonly string[]
  readonly url?: string | undefined
}

/** Why a request is for another server than this one; null: it is for us. */
export function hostObjection({ rawHeaders, url }: Asking, port: number): string | null {
  const named = valuesOf(rawHeaders, 'host')
  if (named.length !== 1) return `expected one Host header, came ${named.length}`
  if (!ownHosts(port).includes(named[0] ?? '')) return 'this server does not answer to that Host'
  // `GET http://elsewhere/ HTTP/1.1` names a host of its own.
  return url?.startsWith('/') === true ? null : 'expected a path, not a whole address'
}

/** What the browser says about who asks. */
export interface Origins {
  readonly host: string
  readonly origin: string | undefined
  readonly site: string | undefined
}

/**
 * Why a page of another origin is behind this; null: none is, or no browser. A cookie with
 * SameSite=Strict travels between ports of one host, so it does not say that itself.
 */
export function originObjection({ host, origin, site }: Origins): string | null {
  if (origin !== undefined && origin !== `http://${host}`) return 'a page of another origin asks'
  if (site !== undefined && site !== 'same-origin') return 'a page of another site asks'
  return null
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}
