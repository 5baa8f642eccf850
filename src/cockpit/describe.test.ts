import { expect, test } from 'vitest'
import { commandedText } from './describe.ts'

test('a refused command never reads like one that was taken', () => {
  const command = { kind: 'resume', accountId: 'DU9', reason: 'tried it' } as const
  const said = { type: 'OperatorCommanded', by: 'ada', command } as const
  expect(commandedText(said)).toBe('ada: resume: tried it')
  expect(commandedText({ ...said, refused: 'DU9 is not our account id' })).toBe(
    'REFUSED, DU9 is not our account id; ada: resume: tried it',
  )
})
