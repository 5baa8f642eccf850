import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Secret } from '../base/secret.ts'
import { Passwords, passwordObjection } from './passwords.ts'
import { startDashboard } from './server.ts'
import { PASSWORDS, optionsFor, standing } from './standing.testing.ts'

const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'is empty'],
  ['   ', 'is nothing but blanks'],
  ['\t\n \t\n \t\n \t\n \t\n', 'is nothing but blanks'],
  [' quiet-lamp-over-harbour', 'begins or ends with a blank'],
  ['quiet-lamp-over-harbour\n', 'begins or ends with a blank'],
  ['eleven-char', 'is shorter than 12 letters'],
  ['admin', 'is shorter than 12 letters'],
  ['aaaaaaaaaaaa', 'is a simple pattern'],
  ['121212121212', 'is a simple pattern'],
  ['123456789012', 'is a simple pattern'],
  ['abcdefghijkl', 'is a simple pattern'],
  ['987654321098', 'is a simple pattern'],
  ['x'.repeat(300), 'is longer than 256 letters'],
  ...[
    'super-secret',
    'super-secret-1',
    'SUPER_SECRET_KEY'.replace('_KEY', ''),
    'Sup3r-S3cr3t',
    'password1234',
    'P@ssw0rd2026!',
    'passwordpassword',
    'changeme2024!',
    'ChangeMe!ChangeMe!',
    'adminadmin123',
    'admin-password',
    'administrator',
    'letmein12345',
    'ibkr-options-bot',
    'ibkr-12345678',
    'interactive-brokers',
    'qwertyuiop12',
    'somethingrandom',
    'correct horse battery staple',
    'this is my password',
    'default-password',
  ].map((each) => [each, 'is a well-known default, or one with a trivial change'] as const),
]

test.each(REFUSED)('T4: %j is refused', (password, objection) => {
  expect(passwordObjection(password)).toBe(objection)
})

test('T4: strong ones are not refused', () => {
  for (const password of [
    ...Object.values(PASSWORDS),
    'admin of the seven hills',
    '8f2b61c09ae47d35',
    'Zwölf Boxkämpfer jagen Viktor',
    'tr0ub4dor&3-and-then-some',
  ]) {
    expect([password, passwordObjection(password)]).toEqual([password, null])
  }
})

test('T4: a start tells all errors at once, and neither listens nor leaves a file', async () => {
  const { options, lines } = optionsFor({
    users: [
      { name: 'engine', role: 'admin', password: new Secret('super-secret') },
      { name: 'ann', role: 'viewer', password: new Secret('') },
      { name: 'ann', role: 'trader', password: new Secret('short') },
      { name: 'ben', role: 'trader', password: new Secret(PASSWORDS.trader) },
    ],
    metricsToken: new Secret('changeme'),
  })
  const started = startDashboard({ ...options, port: 0 })
  await expect(started).rejects.toThrow(
    'dashboard: user 1: expected the name of a person; ' +
      'the password of user 1 is a well-known default, or one with a trivial change; ' +
      'the password of user 2 is empty; ' +
      'user 3: ann is taken; ' +
      'the password of user 3 is shorter than 12 letters; ' +
      'the token of metrics is shorter than 12 letters',
  )
  expect(lines).toEqual([])
  expect(existsSync(options.stateFile)).toBe(false)
})

test('T4: a strong secret starts', async () => {
  const { options, lines } = optionsFor()
  const dashboard = await startDashboard({ ...options, port: 0 })
  expect(lines).toEqual([`dashboard: ${dashboard.url}`])
  expect(() => dashboard.ticket('admin', 'panic')).toThrow('expected the name of a person')
  await dashboard.close()
})

const wrong = { name: 'admin', password: 'a wrong one of some length' }
const right = { name: 'admin', password: PASSWORDS.admin }

test('T5: five wrong passwords lock signing in for a minute, the right one too', async () => {
  const { ask, clock, lines } = await standing()
  const signIn = async (body: object) => (await ask('POST /api/v1/session', { body })).status
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push(await signIn(wrong))
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  expect(await signIn(right)).toBe(429)
  await clock.runUntil((clock.now() + 60_001) as never)
  expect(await signIn(right)).toBe(200)
  expect(lines.join()).not.toContain(wrong.password)
})

test('T5: ten thousand attempts, at once and after each other, judge five of them', async () => {
  const { doors } = await standing()
  const { attempts } = doors
  const entered = Array.from({ length: 10_000 }, () => attempts.enter('127.0.0.1'))
  expect(entered.filter((one) => 'forgive' in one)).toHaveLength(5)
})

test('T5: a hundred at once are no way around it', async () => {
  const { ask } = await standing()
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => ask('POST /api/v1/session', { body: wrong })),
  )
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(95)
})

test('T5: all sources together have a limit of their own', async () => {
  const { doors, clock } = await standing({ limits: { attemptsPerHour: 12 } })
  const judged = (source: string) => 'forgive' in doors.attempts.enter(source)
  for (let source = 0; source < 12; source++) expect(judged(`s${source}`)).toBe(true)
  expect(judged('another')).toBe(false)
  await clock.runUntil((clock.now() + 3_599_999) as never)
  expect(judged('another')).toBe(false)
  await clock.runUntil((clock.now() + 1) as never)
  expect(judged('another')).toBe(true)
})

test('T5: who signs in rightly is not locked out by it', async () => {
  const { ask } = await standing()
  for (let i = 0; i < 20; i++) {
    expect((await ask('POST /api/v1/session', { body: right })).status).toBe(200)
  }
})

test('T5: a lockout keeps no link from working', async () => {
  const { ask, signedIn } = await standing()
  for (let i = 0; i < 6; i++) await ask('POST /api/v1/session', { body: wrong })
  const admin = await signedIn('admin')
  expect((await ask('GET /api/v1/session', { as: admin })).status).toBe(200)
})

test('T5: proving it again is limited with signing in', async () => {
  const { ask, signedIn } = await standing()
  const as = await signedIn('admin')
  const prove = async (password: string) =>
    (await ask('POST /api/v1/session/proof', { as, body: { password } })).status
  for (let i = 0; i < 5; i++) expect(await prove('not this one either')).toBe(403)
  expect(await prove(PASSWORDS.admin)).toBe(429)
})

test('T5: an unknown name costs a hash like a known one, and is answered alike', async () => {
  const { ask, options } = await standing({ limits: { scryptCost: 2 ** 14 } })
  const passwords = await Passwords.of(options.users, { cost: 2 ** 14, before: [] })
  const cpuOf = async (name: string) => {
    const before = process.cpuUsage()
    for (let i = 0; i < 3; i++) expect(await passwords.check(name, wrong.password)).toBeNull()
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  await cpuOf('admin')
  const [known, unknown] = [await cpuOf('admin'), await cpuOf('nobody')]
  // Without the hash an unknown name costs less than a hundredth.
  expect(unknown / known).toBeGreaterThan(0.3)
  expect(unknown / known).toBeLessThan(3)
  const replies = await Promise.all(
    ['admin', 'nobody'].map((name) => ask('POST /api/v1/session', { body: { ...wrong, name } })),
  )
  expect(replies[0]?.text).toBe(replies[1]?.text)
})

test('T5: what is hashed is the password as it is typed on any keyboard', async () => {
  const users = [{ name: 'ann', role: 'admin', password: new Secret('Käse-und-Brot') }] as const
  const passwords = await Passwords.of(users, { cost: 16, before: [] })
  expect(await passwords.check('ann', 'Ka\u0308se-und-Brot')).toEqual({
    name: 'ann',
    role: 'admin',
  })
  expect(await passwords.check('ann', 'Kase-und-Brot')).toBeNull()
  expect(await passwords.check('', '')).toBeNull()
})
