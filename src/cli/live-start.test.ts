import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { CalendarDate } from '../domain/contract.ts'
import type { TradingState } from '../domain/account.ts'
import { initialState } from '../trading/state.ts'
import { FileArm } from '../journal/arm.ts'
import { FileLatch } from '../journal/latch.ts'
import { disarmIfKilled, keepArm } from './live-start.ts'
import { makeStateFolder, stateFolder } from './state-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'live-start-'))
const folder = stateFolder(root, 'live')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const said: string[] = []
const say = (text: string): void => void said.push(text)

beforeEach(() => {
  said.length = 0
  makeStateFolder(folder)
  new FileLatch(folder.latch).clear()
  rmSync(folder.arm, { recursive: true, force: true })
  new FileArm(folder.arm).write({ accountId: 'U1234567', date: '2026-03-10' as CalendarDate })
})

describe('a start of mode live', () => {
  test('with the latch set is not armed: it was set while no bot heard it', () => {
    disarmIfKilled(folder, say)
    expect(existsSync(folder.arm)).toBe(true)
    new FileLatch(folder.latch).set({ by: 'engine', reason: 'kill by ada' })
    disarmIfKilled(folder, say)
    expect(existsSync(folder.arm)).toBe(false)
  })

  test('into a kill of the journal is not armed either', () => {
    const started = (tradingState: TradingState): void => {
      const state = { ...initialState('live', 'U1234567'), tradingState }
      keepArm({ state, subscribe: () => () => undefined }, folder, say)
    }
    started('halt')
    expect(existsSync(folder.arm)).toBe(true)
    started('kill')
    expect(existsSync(folder.arm)).toBe(false)
  })

  test('says so where the disk does not let go of it', () => {
    rmSync(folder.arm)
    mkdirSync(folder.arm)
    new FileLatch(folder.latch).set({ by: 'engine', reason: 'kill by ada' })
    disarmIfKilled(folder, say)
    expect(said).toEqual([expect.stringContaining('cannot be removed')])
  })
})
