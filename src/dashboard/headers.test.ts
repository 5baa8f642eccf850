import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, standing } from './standing.testing.ts'

const SAFE = {
  'content-security-policy':
    "default-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}

/** Of a page as it is built, with a file beside it that is nobody's. */
function built(): { readonly root: string; readonly pages: string } {
  const root = folder()
  const pages = join(root, 'pages')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<!doctype html><script src="/assets/a1.js"></script>')
  writeFileSync(join(pages, 'assets', 'a1.js'), 'export const a = 1')
  writeFileSync(join(pages, '.env'), 'SECRET=inside')
  writeFileSync(join(root, 'secret.txt'), 'SECRET=outside')
  return { root, pages }
}

const bodyOf = (route: string) => (route.endsWith('/confirmations') ? { verb: 'kill' } : {})

test('T7: every reply of every route has the strict headers, refusals too', async () => {
  const { ask, signedIn, doors } = await standing({ pages: built().pages })
  const as = await signedIn('admin')
  const routes = doors.routes.map(({ method, url }) => `${method} ${url}`)
  const others = ['GET /', 'GET /assets/a1.js', 'GET /nowhere', 'GET /%zz', 'PUT /api/v1/view']
  const evil = { origin: 'https://evil.example' }
  for (const route of [...routes, ...others]) {
    const path = route.replace(':symbol', 'SPY').replace(':id', 'b1-7').replace('/*', '/index.html')
    for (const said of [
      { as, body: bodyOf(route) },
      {},
      { headers: evil },
      { headers: { host: 'e' } },
    ]) {
      const { headers, status } = await ask(path, said)
      const expected = route.endsWith('/report') && status === 200 ? { ...SAFE, ...REPORT } : SAFE
      expect([route, status, headers]).toMatchObject([route, status, expected])
      expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined()
      expect(headers['strict-transport-security']).toBeUndefined()
      if (path.includes('/api/'))
        expect([path, headers['cache-control']]).toEqual([path, 'no-store'])
    }
  }
})

const REPORT = {
  'content-security-policy': expect.stringMatching(
    /^default-src 'none';style-src 'sha256-[\w+/=]+';.*frame-ancestors 'none';sandbox$/,
  ) as unknown as string,
}

test('T6: no policy has an exception for what is inline', async () => {
  const { ask, signedIn } = await standing({ pages: built().pages })
  const as = await signedIn('viewer')
  for (const path of ['/', '/healthz', '/api/v1/view', '/api/v1/report', '/nowhere']) {
    const policy = String((await ask(`GET ${path}`, { as })).headers['content-security-policy'])
    expect([path, /unsafe-|\*|http:|https:|nonce/.exec(policy)]).toEqual([path, null])
  }
})

test('the page is read without signing in: its files change with their names', async () => {
  const { ask } = await standing({ pages: built().pages })
  const page = await ask('GET /')
  expect([page.status, page.headers['content-type'], page.headers['cache-control']]).toEqual([
    200,
    'text/html; charset=utf-8',
    'no-cache',
  ])
  const script = await ask('GET /assets/a1.js')
  expect([script.status, script.headers['cache-control']]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ])
  expect(script.headers['content-type']).toContain('javascript')
})

test('a link from elsewhere opens the page, and a page of elsewhere loads nothing of it', async () => {
  const { ask } = await standing({ pages: built().pages })
  const site = { 'sec-fetch-site': 'cross-site' }
  const link = { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  expect((await ask('GET /', { headers: link })).status).toBe(200)
  expect((await ask('GET /api/v1/view', { headers: link })).status).toBe(403)
  const frame = { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
  expect((await ask('GET /', { headers: frame })).status).toBe(403)
  const script = { ...site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
  expect((await ask('GET /assets/a1.js', { headers: script })).status).toBe(403)
})

test('T14: no path leads out of the folder of the page, nor to what is hidden in it', async () => {
  const { root, pages } = built()
  symlinkSync(join(root, 'secret.txt'), join(root, 'aside'))
  const { ask, signedIn } = await standing({ pages })
  const as = await signedIn('admin')
  const ups = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '....//', '%252e%252e%252f']
  const targets = ['secret.txt', 'aside', 'etc/passwd', 'keys.jsonl']
  const paths = ups.flatMap((up) =>
    targets.flatMap((target) => [1, 3, 8].map((times) => `/${up.repeat(times)}${target}`)),
  )
  const odd = ['/.env', '/%2eenv', '/assets/..%2f.env', '//etc/passwd', '/assets/%00', '/a%00.html']
  for (const path of [...paths, ...paths.map((each) => `/assets${each}`), ...odd]) {
    const reply = await ask(`GET ${path}`, { as })
    expect([path, [400, 403, 404].includes(reply.status)]).toEqual([path, true])
    expect([path, /SECRET|root:/.test(reply.text)]).toEqual([path, false])
  }
  expect((await ask('GET /assets/../index.html', { as })).text).toContain('<!doctype html>')
})
