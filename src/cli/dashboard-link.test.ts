import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ok } from '../base/result.ts'
import type { EngineView } from '../engine/control.ts'
import type { LinkAsked } from '../cockpit/answering.ts'
import { serveControl } from './control.ts'
import { dashboardLink } from './dashboard-link.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

test('T19: a link tells whether a person asked for it at a terminal; a script is none', async () => {
  const root = mkdtempSync(join(tmpdir(), 'link-'))
  const folder = stateFolder(root, 'paper')
  makeStateFolder(folder)
  const asked: LinkAsked[] = []
  const close = await serveControl(folder.controlSocket, {
    view: {} as EngineView, // nobody asks it
    whatIf: null,
    link: async (one) => {
      asked.push(one)
      return ok('http://127.0.0.1:1/#ticket=x')
    },
  })
  let said = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  onTestFinished(() => {
    write.mockRestore()
    close()
    rmSync(root, { recursive: true, force: true })
  })
  const command = { folder, role: 'admin', name: 'ada', json: false } as const
  await dashboardLink(command, true)
  expect(said).not.toContain('lifts no level')
  await dashboardLink(command, false)
  expect(said).toContain('asked for without a terminal: in mode live it lifts no level')
  await dashboardLink(command) // the tests have no terminal
  const link = { role: 'admin', name: 'ada' }
  expect(asked).toEqual([
    { ...link, interactive: true },
    { ...link, interactive: false },
    { ...link, interactive: false },
  ])
})
