import { expect, test } from 'vitest'
import { SystemClock } from '../../base/clock.ts'
import { error } from '../peer.testing.ts'
import { SessionWatch } from './session-watch.ts'

test('a farm that comes back is one restoration, by a clock that never stands still', () => {
  const watch = new SessionWatch('data', new SystemClock())
  const farm = (code: number) => watch.heard(error(-1, code, 'a market data farm:usopt'))
  farm(2104)
  expect(watch.restorations).toBe(0)
  farm(2103)
  farm(2104)
  expect(watch.restorations).toBe(1)
  farm(2104)
  expect(watch.restorations).toBe(1)
  watch.heard(error(-1, 1100, 'lost'))
  watch.heard(error(-1, 1102, 'restored'))
  expect(watch.restorations).toBe(2)
})
