import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { stateRoot } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'which-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('the folder that is named, else that of the configuration, else `state`', () => {
  const config = join(root, 'bot.yaml')
  writeFileSync(config, 'mode: paper\nstate_folder: kept\n') // a file that does not load counts too
  const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(stateRoot({ state: 'named', config })).toBe('named')
  expect(warned).not.toHaveBeenCalled()
  expect(stateRoot({ config })).toBe('kept')
  expect(warned.mock.calls.join('')).toContain('the state folder is taken as kept')
  warned.mockRestore()
  expect(stateRoot({})).toBe('state')
})
