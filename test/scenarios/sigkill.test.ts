import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** `npm run sigkill` kills it two hundred times. */
test('killed three times over TCP, on files: nothing is doubled, lost, oversold or left bare', async () => {
  const command = ['--no-warnings', '--import', 'tsx', 'test/sigkill/run.ts']
  const child = spawn(process.execPath, [...command, '--kills', '3', '--seed', '4'], { cwd: ROOT })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('3 kills:') })
})
