import { expect, test } from 'vitest'
import { Crowd, tickers } from './crowd.ts'

/**
 * A fifth of a login has 8 streams and 12 lines for bars: ten of thirty symbols are polled, and
 * want 100 requests in ten minutes where there are 24. Each symbol's bars of an hour are owed one
 * of three, so 30 of them and the first minutes of all take (30 + 3 x 30) / 24 = 5 windows.
 */
test('30 symbols on a fifth of a login: polling keeps no bars of an hour back', async () => {
  const symbols = tickers(30)
  const pacing = [{ share: 0.2 }]
  const crowd = new Crowd({ symbols, pacing, start: '10:00', strategies: 'scalp, whale' })
  await crowd.until('10:50')
  const [only] = crowd.bots
  const sources = [...(only?.bot.feed.counts.sources.values() ?? [])]
  const filled = symbols.filter((symbol) => only?.bot.feed.closed(symbol, '1h', 10).ok === true)
  expect(sources.filter((source) => source === 'polled').length).toBeGreaterThan(5)
  expect(filled).toHaveLength(30)
  expect(crowd.violations).toEqual([])
})
