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

test('a farm that is spoken of long after the session came up was not there before', () => {
  const watch = new SessionWatch('data', new SystemClock())
  watch.heard(error(-1, 2104, 'a market data farm:usfarm'))
  watch.up()
  expect(watch.restorations).toBe(0)
  watch.heard(error(-1, 2106, 'HMDS data farm connection is OK:ushmds'))
  watch.heard(error(-1, 2106, 'HMDS data farm connection is OK:ushmds'))
  expect(watch.restorations).toBe(1)
})
