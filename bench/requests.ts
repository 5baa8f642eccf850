import { Crowd, tickers } from '../test/simulation/crowd.ts'
import type { Bench, Effort, Row } from './bench.ts'

const POLLING = 'a request a cycle'
const MINUTES = 390

export const requests: Bench = {
  name: 'requests',
  what: 'Historical requests of a day at cycles of a minute, counted by the simulated Gateway.',
  peers: [POLLING],
  goal: 'at most 10 a symbol and day, for 3 and for 30 symbols',
  async run(effort) {
    if (effort === 'tiny') return [await counted(3, { until: '10:01', effort })]
    return [
      await counted(3, { until: '16:05', effort }),
      await counted(30, { until: '10:30', effort }),
    ]
  },
}

async function counted(
  count: number,
  { until, effort }: { readonly until: string; readonly effort: Effort },
): Promise<Row> {
  const start = effort === 'tiny' ? '10:00' : '09:15'
  const crowd = new Crowd({ symbols: tickers(count), start, strategies: 'scalp, whale' })
  await crowd.until(until)
  const asked = crowd.gateway.counters.historicalRequests
  const minutes = Math.min(MINUTES, minutesFrom(start === '10:00' ? start : '09:30', until))
  for (const { bot } of crowd.bots) bot.stop()
  return {
    name: `${count} symbols, ${start} to ${until}`,
    unit: 'requests a symbol',
    better: 'lower',
    clock: 'count',
    samples: 1,
    operations: count,
    ours: { name: 'ours', value: asked / count },
    peers: [{ name: POLLING, value: minutes, note: 'as the earlier bot: 1,170 a day of 3' }],
    goal: { text: 'at most 10', limit: 10 },
  }
}

function minutesFrom(from: string, to: string): number {
  const [a, b] = [from, to].map((text) => {
    const [hours = 0, minutes = 0] = text.split(':').map(Number)
    return hours * 60 + minutes
  })
  return (b ?? 0) - (a ?? 0)
}
