import { Socket } from 'node:net'
import { expect, test } from 'vitest'

/** `test/setup.ts` sees to it, in every test file. */
test('nothing in the tests reaches beyond this machine (D54, R32)', () => {
  for (const host of ['192.168.1.20', '8.8.8.8', 'example.com']) {
    expect(() => new Socket().connect(4001, host)).toThrow(`a test dials ${host}`)
  }
})
