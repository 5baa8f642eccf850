import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { listening } from './unhandled.ts'

test('what nobody handled, and what was written to the console, is kept in order', () => {
  const process = new EventEmitter()
  const written: unknown[] = []
  const console = {
    error: (...said: unknown[]) => void written.push(...said),
    warn: (...said: unknown[]) => void written.push(...said),
  }
  const said = listening({ process, console })
  expect(said).toEqual([])
  process.emit('unhandledRejection', new Error('nobody waits'))
  console.warn('odd', 1)
  console.error('worse')
  expect(said).toEqual([
    'a rejection was not handled: Error: nobody waits',
    'console.warn: odd 1',
    'console.error: worse',
  ])
  expect(written).toEqual(['odd', 1, 'worse'])
})
