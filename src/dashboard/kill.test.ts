import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACCOUNT_ID } from './cockpit.testing.ts'
import { folder, standing } from './standing.testing.ts'
import type { ConfirmationReply, Role } from './view.ts'

const wrong = { name: 'admin', password: 'a wrong one of some length' }

test.each(['viewer', 'trader', 'admin'] as const)(
  'T5, T18: an open session of a %s kills while signing in is locked',
  async (role: Role) => {
    const { ask, signedIn, cockpit } = await standing()
    const as = await signedIn(role)
    for (let i = 0; i < 10; i++) await ask('POST /api/v1/session', { body: wrong })
    expect((await ask('POST /api/v1/session', { body: wrong })).status).toBe(429)
    const body = { reason: 'now' }
    expect((await ask('POST /api/v1/commands/kill', { as, body })).status).toBe(200)
    expect(cockpit.done).toEqual([{ by: role, verb: 'kill', body }])
  },
)

test('T5, T18: kill is outside every count of requests', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const as = await signedIn('viewer')
  let status = 200
  for (let asked = 0; asked < 600 && status === 200; asked++) {
    status = (await ask('GET /api/v1/session', { as })).status
  }
  expect(status).toBe(429)
  const kills = await Promise.all(
    Array.from({ length: 600 }, () => ask('POST /api/v1/commands/kill', { as })),
  )
  expect(kills.filter((reply) => reply.status === 200)).toHaveLength(600)
  expect(kills[0]?.headers['x-ratelimit-limit']).toBeUndefined()
  expect(cockpit.done).toHaveLength(600)
})

test('T18: questions that never end hold up no kill', async () => {
  const { ask, signedIn, cockpit, clock } = await standing({ limits: { asksMax: 3 } })
  const as = await signedIn('viewer')
  let open: () => void = () => undefined
  cockpit.gate = new Promise((resolve) => void (open = resolve))
  const reads = Array.from({ length: 4 }, () => ask('GET /api/v1/trades', { as }))
  expect((await Promise.race(reads)).json()['error']).toBe('too many questions wait for an answer')
  cockpit.gate = Promise.resolve()
  expect((await ask('POST /api/v1/commands/kill', { as })).status).toBe(200)
  await clock.runUntil((clock.now() + 5_000) as never)
  const statuses = (await Promise.all(reads)).map((reply) => reply.status)
  expect(statuses).toEqual([503, 503, 503, 503])
  open()
})

test('T18: nobody un-kills with too low a role, a wrong account id or without a reason', async () => {
  const { ask, signedIn, cockpit } = await standing()
  const admin = await signedIn('admin')
  const resume = async (body: object, as = admin) => {
    const asked = await ask('POST /api/v1/confirmations', { as: admin, body: { verb: 'resume' } })
    const { confirmation } = asked.json() as unknown as ConfirmationReply
    return (await ask('POST /api/v1/commands/resume', { as, body: { confirmation, ...body } }))
      .status
  }
  const good = { accountId: ACCOUNT_ID, reason: 'the feed is back' }
  expect(await resume(good, await signedIn('viewer'))).toBe(403)
  expect(await resume(good, await signedIn('trader'))).toBe(403)
  expect(await resume({ accountId: ACCOUNT_ID })).toBe(400)
  expect(await resume({ ...good, reason: '' })).toBe(400)
  expect(await resume({ ...good, reason: '  \n' })).toBe(400)
  expect(await resume({ reason: good.reason })).toBe(400)
  expect(await resume({ ...good, confirmation: undefined })).toBe(400)
  expect(cockpit.done).toEqual([])
  expect(await resume({ ...good, accountId: 'DU7654321' })).toBe(409)
  expect(await resume(good)).toBe(200)
  expect(cockpit.done.map(({ body }) => body)).toEqual([{ ...good, accountId: 'DU7654321' }, good])
})

test('T5, T9, T18: kills without end take no room of other commands, and keep little', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const limits = { keysMax: 20, killKeysMax: 10 }
  const { ask, signedIn, cockpit, clock } = await standing({ stateFile, limits })
  const as = await signedIn('trader')
  const kill = (key: string) =>
    ask('POST /api/v1/commands/kill', { as, headers: { 'idempotency-key': key } })
  for (let made = 0; made < 50; made++) {
    expect((await kill(`kill-number-${made}`)).status).toBe(200)
  }
  // The newest are still known, and a key of a kill is no key of anything else.
  const { text } = await kill('kill-number-49')
  expect([text, cockpit.done.length]).toEqual(['{"seq":50,"tradingState":"halt"}', 50])
  const headers = { 'idempotency-key': 'kill-number-49' }
  expect((await ask('POST /api/v1/commands/halt', { as, headers })).status).toBe(409)
  expect((await ask('POST /api/v1/commands/flatten', { as })).status).toBe(200)
  const body = { orderId: 'b1-7' }
  expect((await ask('POST /api/v1/commands/cancel', { as, body })).status).toBe(200)
  await clock.runUntil((clock.now() + 1) as never)
  const lines = readFileSync(`${stateFile}.kill`, 'utf8').trim().split('\n')
  expect(lines.length).toBeLessThanOrEqual(42) // a key and its answer are a line each
  expect(readFileSync(stateFile, 'utf8')).not.toContain('kill-number')
})
