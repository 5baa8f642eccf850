import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Cli, endAll } from './cli-process.ts'

const root = mkdtempSync(join(tmpdir(), 'cli-logs-'))
const path = join(root, 'paper', 'log.jsonl')

afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

const line = (message: string): string =>
  `${JSON.stringify({ time: '2026-03-10T14:00:00.000Z', level: 'info', kind: 'notice', message })}\n`

test('logs --follow goes on over a rotation, and ends with Ctrl-C', async () => {
  mkdirSync(join(root, 'paper'))
  writeFileSync(path, line('stood there'))
  const follow = new Cli(['logs', '--follow', '--mode', 'paper', '--state', root])
  await follow.says('stood there')
  appendFileSync(path, line('came'))
  await follow.says('came')
  appendFileSync(path, line('before the rotation'))
  renameSync(path, `${path}.1`)
  writeFileSync(path, line('after the rotation'))
  await follow.says('after the rotation')
  const { code, stdout, stderr } = await follow.end('SIGINT')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const told = stdout.trimEnd().split('\n')
  expect(told.map((each) => each.split(/ {2,}/)[3])).toEqual([
    'stood there',
    'came',
    'before the rotation',
    'after the rotation',
  ])
})
