import { describe, expect, test } from 'vitest'
import { ACCOUNT_ID } from './cockpit.testing.ts'
import { viewAt } from './samples.testing.ts'
import { HOST, PASSWORDS, START, standing, type In } from './standing.testing.ts'
import type { ConfirmationReply, SessionView, Verb, View } from './view.ts'

const MINUTE_MS = 60_000
const lifting = { accountId: ACCOUNT_ID, reason: 'seen to' }

async function timed() {
  const room = await standing()
  const later = (ms: number) => room.clock.runUntil((room.clock.now() + ms) as never)
  const status = async (route: string, as: In, body?: object) =>
    (await room.ask(route, { as, body })).status
  const confirmed = async (as: In, verb: Verb) => {
    const reply = await room.ask('POST /api/v1/confirmations', { as, body: { verb } })
    return reply.json() as unknown as ConfirmationReply
  }
  return { ...room, later, status, confirmed }
}

test('a cookie is HttpOnly, SameSite=Strict, of its port, and ends with the browser', async () => {
  const { ask } = await standing()
  const body = { name: 'admin', password: PASSWORDS.admin }
  const reply = await ask('POST /api/v1/session', { body })
  expect(String(reply.headers['set-cookie'])).toMatch(
    /^ibkr-options-bot-8080=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  expect(reply.json()).toEqual({
    user: 'admin',
    role: 'admin',
    csrf: expect.stringMatching(/^[\w-]{43}$/),
    provenAt: START,
    expiresAt: START + 30 * MINUTE_MS,
    hasPassword: true,
  })
})

test('a session ends after half an hour of silence, and after twelve hours in any case', async () => {
  const { signedIn, later, status, ask } = await timed()
  const looks = async (as: In, headers = { 'x-user-active': '1' }) =>
    (await ask('GET /api/v1/view', { as, headers })).status
  const as = await signedIn('viewer')
  await later(29 * MINUTE_MS)
  expect(await looks(as)).toBe(200)
  await later(30 * MINUTE_MS)
  expect(await looks(as)).toBe(401)
  const busy = await signedIn('viewer')
  for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
    expect(await looks(busy)).toBe(200)
    await later(20 * MINUTE_MS)
  }
  expect(await looks(busy)).toBe(200)
  await later(20 * MINUTE_MS)
  expect(await looks(busy)).toBe(401)
  expect(await status('POST /api/v1/commands/kill', busy)).toBe(401)
})

test('what a page asks by itself keeps no session alive, what a person sends does', async () => {
  const { ask, signedIn, later, status } = await timed()
  const as = await signedIn('viewer')
  const expiresAt = async () =>
    ((await ask('GET /api/v1/session', { as })).json() as unknown as SessionView).expiresAt
  await later(20 * MINUTE_MS)
  for (const path of ['view', 'trades', 'session', 'orders', 'latency']) {
    expect(await status(`GET /api/v1/${path}`, as)).toBe(200)
  }
  expect(await expiresAt()).toBe(START + 30 * MINUTE_MS) // asking does not move it
  expect(await status('POST /api/v1/commands/kill', as)).toBe(200)
  expect(await expiresAt()).toBe(START + 50 * MINUTE_MS)
  for (let passed = 0; passed < 29; passed++) {
    await later(MINUTE_MS)
    expect(await status('GET /api/v1/trades', as)).toBe(200)
  }
  await later(MINUTE_MS)
  expect(await status('GET /api/v1/trades', as)).toBe(401)
})

test('who signs out is out, and so is the session that a new one takes the place of', async () => {
  const { ask, doors, signedIn, status } = await timed()
  const as = await signedIn('admin')
  expect(await status('DELETE /api/v1/session', as)).toBe(200)
  expect(await status('GET /api/v1/session', as)).toBe(401)
  const first = await signedIn('admin')
  const { secret } = doors.tickets.issue({ name: 'admin', role: 'admin' })
  await ask('POST /api/v1/session', { as: first, body: { ticket: secret } })
  expect(await status('GET /api/v1/session', first)).toBe(401)
  expect(doors.sessions.count).toBe(1)
})

test('a made-up cookie is nobody', async () => {
  const { ask, signedIn } = await standing()
  const { cookie } = await signedIn('admin')
  for (const made of [`${cookie}x`, 'ibkr-options-bot-8080=', cookie.replace('8080', '8081')]) {
    const reply = await ask('GET /api/v1/view', { headers: { cookie: made } })
    expect([made, reply.status]).toEqual([made, 401])
  }
})

test('a link lets in once, for ten minutes, and the name on it need not have a password', async () => {
  const { ask, doors, later } = await timed()
  const signIn = (ticket: string) => ask('POST /api/v1/session', { body: { ticket } })
  const { secret } = doors.tickets.issue({ name: 'guest', role: 'viewer' })
  const reply = await signIn(secret)
  expect([reply.status, (reply.json() as unknown as SessionView).hasPassword]).toEqual([200, false])
  expect((await signIn(secret)).status).toBe(401)
  const late = doors.tickets.issue({ name: 'guest', role: 'viewer' }).secret
  await later(10 * MINUTE_MS)
  expect((await signIn(late)).status).toBe(401)
})

test('sessions are bounded: the one that was silent for longest makes room', async () => {
  const { signedIn, later, status, doors } = await timed()
  const oldest = await signedIn('viewer')
  await later(1)
  const second = await signedIn('viewer')
  for (let made = 2; made < 101; made++) await signedIn('viewer')
  expect(doors.sessions.count).toBe(100)
  expect(await status('GET /api/v1/session', oldest)).toBe(401)
  expect(await status('GET /api/v1/session', second)).toBe(200)
})

test('T8: arming asks for a proof of the last five minutes, by password or link', async () => {
  const { signedIn, later, status, confirmed, doors, cockpit } = await timed()
  const as = await signedIn('admin')
  const { confirmation } = await confirmed(as, 'arm')
  await later(5 * MINUTE_MS + 1)
  expect(await status('POST /api/v1/confirmations', as, { verb: 'arm' })).toBe(403)
  const stale = { ...lifting, confirmation }
  expect(await status('POST /api/v1/commands/arm', as, stale)).toBe(403)
  expect(cockpit.done).toEqual([])
  const prove = (body: object) => status('POST /api/v1/session/proof', as, body)
  const wrong = doors.tickets.issue({ name: 'trader', role: 'trader' }).secret
  expect(await prove({ ticket: wrong })).toBe(403)
  const low = doors.tickets.issue({ name: 'admin', role: 'trader' }).secret
  expect(await prove({ ticket: low })).toBe(403)
  expect(await status('POST /api/v1/confirmations', as, { verb: 'arm' })).toBe(403)
  expect(await prove({ password: PASSWORDS.admin })).toBe(200)
  const fresh = { ...lifting, ...(await confirmed(as, 'arm')) }
  const body = { ...lifting, confirmation: fresh.confirmation }
  expect(await status('POST /api/v1/commands/arm', as, body)).toBe(200)
  await later(5 * MINUTE_MS + 1)
  expect(
    await prove({ ticket: doors.tickets.issue({ name: 'admin', role: 'admin' }).secret }),
  ).toBe(200)
  expect(await status('POST /api/v1/confirmations', as, { verb: 'resume' })).toBe(200)
})

test('T8: a proof that grew old after the confirmation does not count either', async () => {
  const { signedIn, later, status, confirmed, cockpit } = await timed()
  const as = await signedIn('admin')
  await later(4.5 * MINUTE_MS)
  const { confirmation } = await confirmed(as, 'arm')
  await later(0.5 * MINUTE_MS + 1)
  const arm = () => status('POST /api/v1/commands/arm', as, { ...lifting, confirmation })
  expect(await arm()).toBe(403)
  expect(cockpit.done).toEqual([])
  await status('POST /api/v1/session/proof', as, { password: PASSWORDS.admin })
  expect(await arm()).toBe(200) // the confirmation was not used up by it
})

test('T8: a confirmation is good once, for its verb, its session and a minute', async () => {
  const { signedIn, later, status, confirmed, cockpit } = await timed()
  const as = await signedIn('admin')
  const other = await signedIn('admin')
  const resume = (who: In, confirmation: string) =>
    status('POST /api/v1/commands/resume', who, { ...lifting, confirmation })
  const first = await confirmed(as, 'resume')
  expect([first.effect, first.expiresAt]).toEqual(['resume: 1 structure is closed', START + 60_000])
  expect(await resume(other, first.confirmation)).toBe(403)
  expect(await resume(as, first.confirmation)).toBe(403) // whoever took it, it is gone
  expect(await resume(as, (await confirmed(as, 'arm')).confirmation)).toBe(403)
  const late = await confirmed(as, 'resume')
  await later(MINUTE_MS)
  expect(await resume(as, late.confirmation)).toBe(403)
  expect(cockpit.done).toEqual([])
  const good = await confirmed(as, 'resume')
  expect(await resume(as, good.confirmation)).toBe(200)
  expect(await resume(as, good.confirmation)).toBe(403)
  expect(cockpit.done).toEqual([{ by: 'admin', verb: 'resume', body: lifting }])
})

test('what a session keeps secret stands in no line of the log', async () => {
  const { ask, signedIn, lines, doors } = await timed()
  const as = await signedIn('admin')
  const ticket = doors.tickets.issue({ name: 'admin', role: 'admin' }).secret
  await ask('POST /api/v1/session', {
    body: { name: PASSWORDS.admin, password: 'oops wrong field' },
  })
  await ask('POST /api/v1/session/proof', { as, body: { ticket } })
  await ask('POST /api/v1/commands/kill', { as, headers: { origin: `http://${HOST}` } })
  const secrets = [as.csrf, as.cookie.split('=')[1] ?? '', ticket, PASSWORDS.admin, 'oops']
  expect(secrets.filter((secret) => lines.join('\n').includes(secret))).toEqual([])
  expect(lines).toEqual([
    'dashboard: admin signed in as admin',
    'dashboard: a wrong name or password',
    'dashboard: admin: kill: done',
  ])
})

describe('T8, T19: live is lifted by a person alone', () => {
  const live = { ...viewAt(1), mode: 'live' as const }

  async function inMode(view: View | null) {
    const room = await timed()
    room.cockpit.shown = view
    const byLink = async (isAtTerminal?: boolean): Promise<In> => {
      const person = {
        name: 'admin',
        role: 'admin',
        ...(isAtTerminal && { isAtTerminal }),
      } as const
      const { secret } = room.doors.tickets.issue(person)
      const reply = await room.ask('POST /api/v1/session', { body: { ticket: secret } })
      const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
      return { cookie, csrf: (reply.json() as unknown as SessionView).csrf }
    }
    const arms = async (as: In, verb: Verb) => {
      const asked = await room.confirmed(as, verb)
      const body = { ...lifting, confirmation: asked.confirmation ?? 'x'.repeat(43) }
      return room.status(`POST /api/v1/commands/${verb}`, as, body)
    }
    return { ...room, byLink, arms }
  }

  test.each(['resume', 'arm'] as const)('a link of a script does not %s', async (verb) => {
    const { byLink, arms, cockpit, status, doors } = await inMode(live)
    const as = await byLink()
    expect(await arms(as, verb)).toBe(403)
    // Neither does another of its kind, and stopping is as it was.
    const fresh = doors.tickets.issue({ name: 'admin', role: 'admin' }).secret
    expect(await status('POST /api/v1/session/proof', as, { ticket: fresh })).toBe(200)
    expect(await arms(as, verb)).toBe(403)
    expect(cockpit.done).toEqual([])
    expect(await status('POST /api/v1/commands/kill', as)).toBe(200)
    expect(await status('POST /api/v1/session/proof', as, { password: PASSWORDS.admin })).toBe(200)
    expect(await arms(as, verb)).toBe(200)
  })

  test('a link of a terminal does, also as a proof; unknown is taken for live', async () => {
    const room = await inMode(live)
    expect(await room.arms(await room.byLink(true), 'arm')).toBe(200)
    const as = await room.byLink()
    const typed = { name: 'admin', role: 'admin', isAtTerminal: true } as const
    const { secret } = room.doors.tickets.issue(typed)
    await room.status('POST /api/v1/session/proof', as, { ticket: secret })
    expect(await room.arms(as, 'resume')).toBe(200)
    const unknown = await inMode(null)
    expect(await unknown.arms(await unknown.byLink(), 'resume')).toBe(403)
    const paper = await inMode({ ...live, mode: 'paper' })
    expect(await paper.arms(await paper.byLink(), 'resume')).toBe(200)
  })
})
