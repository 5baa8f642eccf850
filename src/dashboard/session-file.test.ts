import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../base/secret.ts'
import { FakeCockpit } from './cockpit.testing.ts'
import { folder, PASSWORDS, standing, type In, type Setting } from './standing.testing.ts'
import type { SessionView } from './view.ts'

const MINUTE_MS = 60_000
const BAD = '{"sessions":[],"users":[{"name":"admin"}]}'

/** The same bot, started again so many milliseconds later. */
async function restarted(stateFile: string, afterMs: number, more: Setting = {}) {
  const room = await standing({ stateFile, ...more })
  await room.clock.runUntil((room.clock.now() + afterMs) as never)
  return room
}

const statusOf = async (room: Awaited<ReturnType<typeof standing>>, as: In) =>
  (await room.ask('GET /api/v1/view', { as })).status

async function byPassword(room: Awaited<ReturnType<typeof standing>>, name: 'admin' | 'viewer') {
  const reply = await room.ask('POST /api/v1/session', {
    body: { name, password: PASSWORDS[name] },
  })
  const { csrf } = reply.json() as unknown as SessionView
  const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
  return { cookie, csrf }
}

test('T18: who is signed in may kill after a restart, and needs no link for it', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const first = await standing({ stateFile })
  const people = [await first.signedIn('viewer'), await byPassword(first, 'admin')]
  await first.close()
  const cockpit = new FakeCockpit()
  const room = await standing({ stateFile, cockpit })
  for (const as of people) {
    expect((await room.ask('POST /api/v1/commands/kill', { as })).status).toBe(200)
  }
  expect(cockpit.done.map(({ by }) => by)).toEqual(['viewer', 'admin'])
})

test("T12: neither cookie nor token nor password is kept, and the file is its owner's", async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const room = await standing({ stateFile })
  const people = [await room.signedIn('viewer'), await byPassword(room, 'admin')]
  const text = readFileSync(`${stateFile}.sessions`, 'utf8')
  for (const { cookie, csrf } of people) {
    expect(text).not.toContain(cookie.split('=')[1])
    expect(text).not.toContain(csrf)
  }
  expect(text).not.toContain(PASSWORDS.admin)
  expect(statSync(`${stateFile}.sessions`).mode & 0o777).toBe(0o600)
})

test('T5, T8: a restart lengthens no session, and no proof', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const first = await standing({ stateFile })
  const as = await byPassword(first, 'admin')
  await first.clock.runUntil((first.clock.now() + 29 * MINUTE_MS) as never)
  await first.close()
  // The clock of a test begins anew; what is kept was seen at its beginning.
  const soon = await standing({ stateFile })
  await soon.clock.runUntil((soon.clock.now() + 6 * MINUTE_MS) as never)
  const refused = await soon.ask('POST /api/v1/confirmations', { as, body: { verb: 'resume' } })
  expect([refused.status, await statusOf(soon, as)]).toEqual([403, 200])
  await soon.close()
  const late = await standing({ stateFile })
  await late.clock.runUntil((late.clock.now() + 37 * MINUTE_MS) as never)
  expect(await statusOf(late, as)).toBe(401)
})

test('T8: another password, another role or no such user ends what was begun', async () => {
  const user = (password: string, role: 'admin' | 'viewer' = 'admin') =>
    ({ users: [{ name: 'admin', role, password: new Secret(password) }] }) satisfies Setting
  const cases: readonly (readonly [Setting, number])[] = [
    [user(PASSWORDS.admin), 200],
    [user('another-lantern-by-the-sea'), 401],
    [user(PASSWORDS.admin, 'viewer'), 401],
    [{ users: [] }, 401],
  ]
  for (const [setting, status] of cases) {
    const stateFile = join(folder(), 'keys.jsonl')
    const first = await standing({ stateFile, ...user(PASSWORDS.admin) })
    const as = await byPassword(first, 'admin')
    await first.close()
    expect(await statusOf(await restarted(stateFile, 1_000, setting), as)).toBe(status)
  }
})

test('who signed out stays out, and a file that is damaged lets nobody in', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const first = await standing({ stateFile })
  const [out, stays] = [await first.signedIn('viewer'), await first.signedIn('viewer')]
  expect((await first.ask('DELETE /api/v1/session', { as: out })).status).toBe(200)
  await first.close()
  const second = await restarted(stateFile, 1_000)
  expect([await statusOf(second, out), await statusOf(second, stays)]).toEqual([401, 200])
  await second.close()
  for (const text of ['', '{"sessions":', '[]', '{"sessions":[{"id":"x"}],"users":[]}', BAD]) {
    writeFileSync(`${stateFile}.sessions`, text)
    expect(await statusOf(await restarted(stateFile, 1_000), stays)).toBe(401)
  }
})

test('T8: who signs out stays out, also where the disk no longer takes the file', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const first = await standing({ stateFile })
  const as = await first.signedIn('viewer')
  const inTheWay = `${stateFile}.sessions.next`
  mkdirSync(inTheWay)
  expect((await first.ask('DELETE /api/v1/session', { as })).status).toBe(200)
  expect(existsSync(`${stateFile}.sessions`)).toBe(false)
  await first.close()
  rmSync(inTheWay, { recursive: true })
  expect(await statusOf(await restarted(stateFile, 1_000), as)).toBe(401)
})
