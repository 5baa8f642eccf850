import { expect, test } from 'vitest'
import { LogNotifier } from './log.ts'

test('a notice is one line that begins with its level', () => {
  const lines: string[] = []
  const notifier = new LogNotifier((text, level) => lines.push(`${level}|${text}`))
  notifier.notify({ kind: 'notify', level: 'warning', message: 'link down' })
  expect(lines).toEqual(['warning|warning: link down'])
})
