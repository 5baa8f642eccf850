import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { FakeCockpit } from './cockpit.testing.ts'
import { folder, standing, type In, type Setting } from './standing.testing.ts'

type Standing = Awaited<ReturnType<typeof standing>>

interface Room {
  readonly room: Standing
  readonly as: In
}

const halt = ({ room, as }: Room, key: string, body: object = {}) =>
  room.ask('POST /api/v1/commands/halt', { as, body, headers: { 'idempotency-key': key } })

async function again(setting: Setting) {
  const room = await standing(setting)
  return { room, as: await room.signedIn('trader') }
}

/** When a command has come to the cockpit. */
function begun({ cockpit }: Standing): Promise<void> {
  const command = cockpit.command.bind(cockpit)
  return new Promise((resolve) => {
    cockpit.command = (by, verb, body) => {
      resolve()
      return command(by, verb, body)
    }
  })
}

test('T9: the same key a hundred times at once has one effect and one answer', async () => {
  const { room, as } = await again({})
  let open: () => void = () => undefined
  room.cockpit.gate = new Promise((resolve) => void (open = resolve))
  const came = begun(room)
  const asked = Array.from({ length: 100 }, () => halt({ room, as }, 'key-of-one'))
  await came
  open()
  const replies = await Promise.all(asked)
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['200 {"seq":1,"tradingState":"halt"}']),
  )
  expect(room.cockpit.done).toHaveLength(1)
})

test('T9: and again after a restart it is still one, with the same answer', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const cockpit = new FakeCockpit()
  const first = await again({ stateFile, cockpit })
  const told = await halt(first, 'key-of-two', { reason: 'lunch' })
  await first.room.close()
  for (let restart = 0; restart < 3; restart++) {
    const { room, as } = await again({ stateFile, cockpit })
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => halt({ room, as }, 'key-of-two', { reason: 'lunch' })),
    )
    expect(new Set(replies.map(({ text }) => text))).toEqual(new Set([told.text]))
    await room.close()
  }
  expect(cockpit.done).toHaveLength(1)
  expect(statSync(stateFile).mode & 0o777).toBe(0o600)
})

test('T9: the key is on the disk before the command has an effect', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const { room, as } = await again({ stateFile })
  let onDisk = ''
  const { cockpit } = room
  const command = cockpit.command.bind(cockpit)
  cockpit.command = async (by, verb, body) => {
    onDisk = readFileSync(stateFile, 'utf8')
    return command(by, verb, body)
  }
  await halt({ room, as }, 'key-of-three')
  expect(onDisk).toContain('"key":"key-of-three"')
  expect(onDisk).not.toContain('"answer"')
})

test('T9: another body, verb or person under the same key is a conflict', async () => {
  const { room, as } = await again({})
  await halt({ room, as }, 'key-of-four', { reason: 'a' })
  expect((await halt({ room, as }, 'key-of-four', { reason: 'b' })).status).toBe(409)
  const headers = { 'idempotency-key': 'key-of-four' }
  const reduce = { as, body: { reason: 'a' }, headers }
  expect((await room.ask('POST /api/v1/commands/reduce', reduce)).status).toBe(409)
  const admin = await room.signedIn('admin')
  expect((await halt({ room, as: admin }, 'key-of-four', { reason: 'a' })).status).toBe(409)
  expect((await halt({ room, as }, 'key-of-four', { reason: 'a' })).status).toBe(200)
  expect(room.cockpit.done).toHaveLength(1)
})

test('T9: a crash between key and answer is said, and nothing is done again', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const crashed = await again({ stateFile })
  crashed.room.cockpit.gate = new Promise(() => undefined) // never answers
  const came = begun(crashed.room)
  void halt(crashed, 'key-of-five')
  await came
  const { room, as } = await again({ stateFile })
  const reply = await halt({ room, as }, 'key-of-five')
  expect(reply.status).toBe(409)
  expect(reply.text).toContain('whether it did is in the journal')
  expect(room.cockpit.done).toEqual([])
  expect((await halt({ room, as }, 'key-of-five-and-a-half')).status).toBe(200)
})

test('T9: a line that a crash cut off harms no other', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const first = await again({ stateFile })
  await halt(first, 'key-of-six')
  await first.room.close()
  appendFileSync(stateFile, '\n{"key":"key-of-sev')
  const second = await again({ stateFile })
  await halt(second, 'key-of-eight')
  await second.room.close()
  const { room, as } = await again({ stateFile })
  for (const key of ['key-of-six', 'key-of-eight']) {
    expect([key, (await halt({ room, as }, key)).status]).toEqual([key, 200])
  }
  expect(room.cockpit.done).toEqual([])
})

test('T9: a key is forgotten after a day, in memory and in the file', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const { room, as } = await again({ stateFile, limits: { idleMs: 1e9, sessionMs: 1e9 } })
  await halt({ room, as }, 'key-of-nine')
  await room.clock.runUntil((room.clock.now() + 24 * 3_600_000) as never)
  await halt({ room, as }, 'key-of-nine')
  expect(room.cockpit.done).toHaveLength(1)
  await room.clock.runUntil((room.clock.now() + 1) as never)
  await halt({ room, as }, 'key-of-ten')
  expect(readFileSync(stateFile, 'utf8')).not.toContain('key-of-nine')
  await halt({ room, as }, 'key-of-nine')
  expect(room.cockpit.done).toHaveLength(3)
})

test('T9: a refusal of the engine is an answer like another, a failure is told once', async () => {
  const { room, as } = await again({})
  room.cockpit.commandError = new Error('the link is down')
  const failed = await halt({ room, as }, 'key-of-eleven')
  room.cockpit.commandError = null
  expect(failed.status).toBe(500)
  expect(failed.text).not.toContain('link is down')
  expect((await halt({ room, as }, 'key-of-eleven')).text).toBe(failed.text)
  expect(room.cockpit.done).toHaveLength(1)
})

test('T9: a command without a key, or with an odd one, is not carried out', async () => {
  const { room, as } = await again({})
  for (const key of [undefined, '', 'short', 'with blank inside', 'x'.repeat(129), 'naïve-key-1']) {
    const headers = { 'idempotency-key': key }
    const reply = await room.ask('POST /api/v1/commands/halt', { as, headers })
    expect([key, reply.status]).toEqual([key, 400])
  }
  expect(room.cockpit.done).toEqual([])
})

test('T9: an answer that takes long is asked for again by the same key', async () => {
  const { room, as } = await again({})
  let open: () => void = () => undefined
  room.cockpit.gate = new Promise((resolve) => void (open = resolve))
  const came = begun(room)
  const waiting = halt({ room, as }, 'key-of-twelve')
  await came
  await room.clock.runUntil((room.clock.now() + 5_000) as never)
  expect((await waiting).status).toBe(503)
  open()
  expect((await halt({ room, as }, 'key-of-twelve')).text).toBe('{"seq":1,"tradingState":"halt"}')
  expect(room.cockpit.done).toHaveLength(1)
})

test('T18: a disk that takes no key stops nothing that stops, and every other command', async () => {
  const { room, as } = await again({ limits: { keysMax: 0 } })
  const statusOf = async (verb: string, body: object = {}) =>
    (await room.ask(`POST /api/v1/commands/${verb}`, { as, body })).status
  expect(await statusOf('kill')).toBe(200)
  expect(await statusOf('halt')).toBe(200)
  expect(await statusOf('reduce')).toBe(200)
  expect(await statusOf('flatten')).toBe(200)
  expect(await statusOf('cancel', { orderId: 'b1-7' })).toBe(503)
  expect(room.cockpit.done.map(({ verb }) => verb)).toEqual(['kill', 'halt', 'reduce', 'flatten'])
})

test('T9: who says more than others is forgotten first, the oldest that was answered', async () => {
  const { room, as } = await again({ limits: { keysMax: 6, keysPerUser: 4 } })
  const other = await room.signedIn('admin')
  await halt({ room, as: other }, 'key-of-other')
  for (let key = 0; key < 30; key++)
    expect((await halt({ room, as }, `key-no-${key}`)).status).toBe(200)
  const { done } = room.cockpit
  expect(done).toHaveLength(31)
  // Of the flood the newest are known, and of the other one all.
  await halt({ room, as }, 'key-no-29')
  await halt({ room, as }, 'key-no-26')
  await halt({ room, as: other }, 'key-of-other')
  expect(done).toHaveLength(31)
  await halt({ room, as }, 'key-no-25')
  expect(done).toHaveLength(32)
})

test('T9: what waits for its answer is never forgotten, and then only what stops goes on', async () => {
  const { room, as } = await again({ limits: { keysMax: 2, keysPerUser: 2 } })
  room.cockpit.gate = new Promise(() => undefined)
  const cancel = (key: string) =>
    room.ask('POST /api/v1/commands/cancel', {
      as,
      body: { orderId: 'b1-7' },
      headers: { 'idempotency-key': key },
    })
  const first = cancel('key-that-waits-1')
  void cancel('key-that-waits-2')
  await vi.waitFor(() => expect(room.cockpit.done).toHaveLength(2))
  const full = await cancel('key-that-waits-3')
  expect([full.status, full.json()]).toEqual([
    503,
    {
      error: 'too many commands wait for their answers',
      remedy: 'ask again in a moment, or use the commands in a terminal',
    },
  ])
  void halt({ room, as }, 'key-that-waits-4')
  await vi.waitFor(() => expect(room.cockpit.done.at(-1)?.verb).toBe('halt'))
  void cancel('key-that-waits-1')
  await room.clock.runUntil((room.clock.now() + 5_000) as never)
  expect((await first).status).toBe(503)
  expect(room.cockpit.done).toHaveLength(3)
})

test('T9: a flood does not fill the disk: the file stays in proportion to what is known', async () => {
  const stateFile = join(folder(), 'keys.jsonl')
  const { room, as } = await again({ stateFile, limits: { keysMax: 10, keysPerUser: 5 } })
  for (let key = 0; key < 200; key++) await halt({ room, as }, `key-of-flood-${key}`)
  expect(readFileSync(stateFile, 'utf8').trim().split('\n').length).toBeLessThan(60)
  await room.close()
  const next = await again({ stateFile, limits: { keysMax: 10, keysPerUser: 5 } })
  await halt(next, 'key-of-flood-199')
  expect(next.room.cockpit.done).toEqual([])
})

test('a file of keys that cannot be read is an error, not a first start', async () => {
  await expect(standing({ stateFile: folder() })).rejects.toThrow('EISDIR')
})
