import { expect, test } from 'vitest'
import { settingsFrom } from '../cli/config-check.ts'
import { settingsAt } from './settings-at.ts'
import { settingsView } from './shown-settings.ts'

const view = settingsView(settingsFrom('config/example.yaml'), 'my.yaml')
const dashboardRow = (port: number) =>
  settingsAt(view, port)
    .sections.flatMap(({ rows }) => rows)
    .find(({ key }) => key === 'dashboard')?.value

test('the settings name the port that the page has, and the one of the file beside it', () => {
  expect(dashboardRow(8470)).toMatch(/^http:\/\/127\.0\.0\.1:8470: /)
  expect(dashboardRow(34_309)).toMatch(/^http:\/\/127\.0\.0\.1:34309 \(8470 in the file\): /)
  expect(settingsAt(view, 8470)).toEqual(view)
})
