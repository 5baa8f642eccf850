import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Cli, endAll, lastJson } from './cli-process.ts'

const root = mkdtempSync(join(tmpdir(), 'soak-'))
afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

test('asked to stop, it ends both processes in order and says that it decides nothing', async () => {
  const soak = new Cli(['soak', '--symbols', 'SPY', '--minutes', '2', '--out', root])
  await soak.says('\nbot ')
  const [, bot, gateway] = /bot (\d+) and simulated Gateway (\d+) run/.exec(soak.stdout) ?? []
  for (const pid of [bot, gateway]) expect(isAlive(Number(pid))).toBe(true)
  const ended = await soak.end('SIGINT')
  expect(ended).toMatchObject({ code: 7, stderr: '' })
  expect(ended.stdout).toContain('INCONCLUSIVE')
  for (const pid of [bot, gateway]) expect(isAlive(Number(pid))).toBe(false)
  expect(existsSync(join(root, 'report.html'))).toBe(true)
  const report = JSON.parse(readFileSync(join(root, 'report.json'), 'utf8')) as object
  expect(report).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 7 })
})

test('killed, it leaves neither of the two behind', async () => {
  const soak = new Cli(['soak', '--symbols', 'SPY', '--minutes', '2', '--out', root])
  await soak.says('\nbot ')
  const [, ...pids] = /bot (\d+) and simulated Gateway (\d+) run/.exec(soak.stdout) ?? []
  await soak.end('SIGKILL')
  await expect.poll(() => pids.some((pid) => isAlive(Number(pid))), { timeout: 10_000 }).toBe(false)
})

test('the simulated Gateway tells what happens a line at a time', async () => {
  const gateway = new Cli(['simulate', '--port', '0', '--events'])
  await gateway.says('"counters"')
  const ended = await gateway.end('SIGINT')
  expect(JSON.parse(ended.stdout.split('\n')[0] ?? '')).toMatchObject({ port: expect.any(Number) })
  expect(lastJson(ended)).toMatchObject({ counters: { requests: 0, violations: 0 } })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
