import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { leavesOf } from '../../src/cli/examples.ts'
import { program } from '../../src/cli/program.ts'
import { commandOf, hasPanic, PRINTED } from '../../web/src/commands.ts'
import { inBrowser } from './page.testing.ts'

const { open, standIn } = inBrowser()
const SOURCES = join(import.meta.dirname, '../../web/src')
const MODES = ['demo', 'dry-run', 'paper', 'live'] as const

/** What the command line says against it; the shell's quotes are taken off first. */
function objections(line: string): readonly string[] {
  const [name, word, ...given] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare = '']) => quoted ?? bare,
  )
  const leaf = leavesOf(program).find((each) => each.name === word)?.command
  if (name !== program.name() || leaf === undefined) return [`no command: ${line}`]
  const { unknown, operands } = leaf.parseOptions(given)
  const missing = leaf.options.filter(
    ({ mandatory, long }) => mandatory && !given.includes(long ?? ''),
  )
  return [...unknown, ...operands, ...missing.map(({ flags }) => `without ${flags}`)]
}

describe('a command that the page prints', () => {
  test.each(PRINTED)('%s is one that the command line takes', (word) => {
    for (const mode of MODES) {
      for (const config of [null, 'my.yaml', '/home/anna lee/my bot.yaml']) {
        const line = commandOf(word, { mode, config })
        expect(objections(line), line).toEqual([])
      }
    }
  })

  test('is refused by this test where it lacks what it needs', () => {
    expect(objections('ibkr-options-bot kill')).toEqual(['without --mode <mode>'])
    expect(objections('ibkr-options-bot panic')).toEqual(['without --config <file>'])
    expect(objections('ibkr-options-bot flee')).not.toEqual([])
    expect(() => objections('ibkr-options-bot kill --mode MODE')).toThrow(/Allowed choices/)
  })

  test('says what it does not know in capitals', () => {
    const nowhere = { mode: null, config: null }
    expect(commandOf('kill', nowhere)).toBe('ibkr-options-bot kill --mode MODE')
    expect(commandOf('panic', nowhere)).toBe('ibkr-options-bot panic --config FILE')
    expect(hasPanic({ mode: 'demo', config: 'my.yaml' })).toBe(false)
  })

  test('is made at one place, and written out nowhere else', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    const written = files
      .filter((path) => /\.tsx?$/.test(path) && path !== 'commands.ts')
      .filter((path) => /ibkr-options-bot [a-z]/.test(readFileSync(join(SOURCES, path), 'utf8')))
    expect(written).toEqual([])
  })
})

test('a kill that nobody answers names the commands of this bot', async () => {
  const server = standIn()
  server.scenario = 'live'
  const { page } = await open(await server.start())
  await page.route('**/commands/kill', (route) => route.abort())
  await page.getByRole('button', { name: 'Kill' }).click()
  await page.getByRole('button', { name: 'Kill now' }).click()
  const file = '--config /home/anna/bot/config.yaml'
  await page.getByText(`ibkr-options-bot kill --mode live ${file}`, { exact: true }).waitFor()
  await page.getByText(`ibkr-options-bot panic ${file}`, { exact: true }).waitFor()
})

test('who is signed out is told the command with the mode that was seen last', async () => {
  const server = standIn()
  server.isSignedIn = false
  const { page } = await open(await server.start())
  await page.getByText('ibkr-options-bot kill --mode MODE', { exact: true }).waitFor()
  await page.getByText('MODE is demo, dry-run, paper or live').waitFor()
  await page.getByLabel('Name').fill('anna')
  await page.getByLabel('Password').fill('right')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Nothing needs you.').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText(/^ibkr-options-bot kill --mode demo --config/).waitFor()
})
