import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ok } from '../base/result.ts'
import { folder, standing } from '../dashboard/standing.testing.ts'
import { AskedCommands } from './asked-commands.ts'
import type { FromThread } from './messages.ts'

/** The server over a bot that says nothing until a test has it speak. */
async function mute() {
  const stateFile = join(folder(), 'keys.jsonl')
  const room = await standing({ stateFile })
  const said: FromThread[] = []
  let heard: () => void = () => undefined
  const asked = new AskedCommands(room.clock, (message) => {
    said.push(message)
    heard()
  })
  room.cockpit.command = asked.command as typeof room.cockpit.command
  const as = await room.signedIn('trader')
  const flatten = (key: string) =>
    room.ask('POST /api/v1/commands/flatten', { as, headers: { 'idempotency-key': key } })
  const later = (ms: number) => room.clock.runUntil((room.clock.now() + ms) as never)
  const heardOne = () => new Promise<void>((resolve) => void (heard = resolve))
  return { ...room, stateFile, asked, said, as, flatten, later, heardOne }
}

test('T9: what the bot has not answered is asked again by the same key, and kept open', async () => {
  const { asked, said, flatten, later, heardOne, stateFile } = await mute()
  const heard = heardOne()
  const first = flatten('key-of-a-stall')
  await heard
  await later(5_000)
  const unanswered = await first
  expect([unanswered.status, unanswered.json()]).toEqual([
    503,
    { error: 'no answer within 5 s; it may still act', remedy: 'ask again with the same key' },
  ])
  await later(60_000)
  expect(readFileSync(stateFile, 'utf8')).not.toContain('"answer"')
  asked.answered(1, ok({ seq: 77, tradingState: 'reduce-only' }))
  const settled = await flatten('key-of-a-stall')
  expect([settled.status, settled.text]).toEqual([200, '{"seq":77,"tradingState":"reduce-only"}'])
  expect(said).toHaveLength(1)
  expect(readFileSync(stateFile, 'utf8')).toContain('"seq":77')
})

test('of a bot that hangs no more than a thousand wait; the next is refused, and not for good', async () => {
  const { asked, said, as, ask } = await mute()
  for (let made = 0; made < 1_000; made++) void asked.command('ada', 'halt', {})
  const headers = { 'idempotency-key': 'key-of-one-too-many' }
  const kill = () => ask('POST /api/v1/commands/kill', { as, headers })
  expect((await kill()).status).toBe(503)
  expect(said).toHaveLength(1_000)
  asked.answered(1, ok({ seq: 1, tradingState: 'halt' }))
  const again = kill()
  await expect.poll(() => said.length).toBe(1_001)
  asked.answered(1_001, ok({ seq: 2, tradingState: 'kill' }))
  expect((await again).text).toBe('{"seq":2,"tradingState":"kill"}')
})
