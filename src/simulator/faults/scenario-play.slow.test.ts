import { expect, test } from 'vitest'
import { bars, kindsOf, line, PING, ready } from './faults.testing.ts'
import { LocalFaults } from './local-faults.ts'
import { playScenario } from './scenario-play.ts'
import { SCENARIOS } from './scenarios.ts'
import type { Scenario } from './scenario.ts'
import { GatewayBench, TestClient } from '../session/session.testing.ts'

/** What a client hears in five minutes, in pieces as it came. */
async function transcript(scenario: Scenario): Promise<string> {
  const bench = new GatewayBench()
  const local = new LocalFaults()
  const client = new TestClient(local.wrap(bench.gateway.memorySocket()), 193)
  await bench.greet(client, 1)
  const { gateway, clock } = bench
  const stop = playScenario({ gateway, clock, local }, scenario)
  const heard: string[] = []
  for (let minute = 0; minute < 5; minute++) {
    client.send(PING, bars(2 * minute + 1), line(2 * minute + 2))
    await bench.run(60_000)
    heard.push(JSON.stringify([client.take(), client.chunks.splice(0), client.closed]))
  }
  stop()
  await bench.run(10_000)
  const again = await ready(bench, 2)
  again.send(PING)
  await bench.run(10)
  expect(kindsOf(again)).toContain('currentTime') // once it is stopped, all is well
  return heard.join('\n')
}

// The two whose bytes a client that is made of whole frames cannot take.
const UNREADABLE = ['F9-corrupt-length', 'F34-drift']

test.each([...SCENARIOS.values()].filter(({ name }) => !UNREADABLE.includes(name)))(
  '$name plays twice in the same way, and stops',
  async (scenario) => {
    expect(await transcript(scenario)).toBe(await transcript(scenario))
  },
)
