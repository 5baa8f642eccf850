import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { operate, type OperatorFlags } from './operator.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'flatten-'))
const folder = stateFolder(root, 'paper')
const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
const heard: unknown[] = []
let answers: object = {}
let server: Server

/** What stands on the socket, as a bot sees it. */
beforeAll(async () => {
  makeStateFolder(folder)
  server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (line: string) => {
      heard.push(JSON.parse(line))
      socket.end(`${JSON.stringify(answers)}\n`)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(folder.controlSocket, resolve)
  })
})
beforeEach(() => {
  heard.length = 0
  printed.mockClear()
})
afterAll(() => {
  server.close()
  printed.mockRestore()
  rmSync(root, { recursive: true, force: true })
})

const flags: OperatorFlags = {
  mode: 'paper',
  state: root,
  by: 'ada',
  reason: 'away',
  account: null,
  json: true,
}

test('flatten is one request, under the name of the person and with the reason', async () => {
  answers = { kind: 'done', seq: 7, tradingState: 'reduce-only' }
  expect(await operate('flatten', flags)).toBe(0)
  expect(heard).toEqual([{ kind: 'flatten', by: 'ada', reason: 'away' }])
  expect(JSON.parse(String(printed.mock.calls[0]?.[0]))).toEqual({
    ok: true,
    command: 'flatten',
    by: 'ada',
    seq: 7,
  })
  await operate('flatten', { ...flags, reason: null })
  expect(heard[1]).toEqual({ kind: 'flatten', by: 'ada' })
})

test('a refusal is told with its reason', async () => {
  answers = { kind: 'refused', reason: 'S1 cannot be closed now' }
  await expect(operate('flatten', flags)).rejects.toMatchObject({
    code: 4,
    message: 'refused: S1 cannot be closed now',
  })
})

test('where no bot runs, it says so', async () => {
  await expect(operate('flatten', { ...flags, mode: 'live' })).rejects.toMatchObject({ code: 3 })
})
