import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '../base/clock.ts'
import { beginning, supervise } from './supervise.ts'
import type { Action, Happening, SuperviseRules, Supervised } from './supervised.ts'
import type { VitalsFile, WatchedVitals } from './vitals-file.ts'

const rules: SuperviseRules = {
  silentMs: 10_000,
  restartsMax: 3,
  finalCodes: new Set([2, 4, 5]),
  connectionCode: 3,
  closedCode: 7,
  unsavedCode: 8,
  panic: false,
}
const PID = 100

const well: WatchedVitals = {
  at: 0 as EpochMs,
  seq: 1,
  link: 'up',
  lastCycleAt: null,
  lastAnswerAt: null,
  incident: null,
  loopDelayMsMax: 0,
  loopDelayMsP99: null,
  unprotected: 0,
  unprotectedSince: null,
  watchedHere: 0,
}

/** A child that beats each second while `beats` is true, and what the supervisor did about it. */
class Story {
  readonly panic: boolean
  nowMs = 0
  beats = true
  beat = 0
  pid: number | null = PID
  vitals: WatchedVitals = well
  readonly did: { readonly atMs: number; readonly action: Action }[] = []
  state: Supervised
  #file: VitalsFile | null = null
  #running = false

  constructor(panic = false) {
    this.panic = panic
    const { state, actions } = beginning(0)
    this.state = state
    this.#note(actions)
  }

  pass(ms: number): this {
    for (const until = this.nowMs + ms; this.nowMs < until; this.nowMs += 500) {
      if (this.beats && this.pid !== null && this.nowMs % 1_000 === 0) {
        this.#file = { pid: this.pid, instance: 'x', beat: ++this.beat, vitals: this.vitals }
      }
      this.happens({ kind: 'tick', file: this.#file, pid: this.pid })
    }
    return this
  }

  exits(code: number | null, signal: string | null = null): this {
    this.#running = false
    this.pid = null
    return this.happens({ kind: 'exited', code, signal })
  }

  happens(happening: Happening): this {
    const { state, actions } = supervise(this.state, happening, {
      rules: { ...rules, panic: this.panic },
      nowMs: this.nowMs,
    })
    this.state = state
    this.#note(actions)
    return this
  }

  kinds(): readonly string[] {
    return this.did.map(({ action }) => action.kind)
  }

  pages(): readonly string[] {
    return this.did.flatMap(({ action }) =>
      action.kind === 'page' ? [`${action.level}: ${action.message}`] : [],
    )
  }

  #note(actions: readonly Action[]): void {
    for (const action of actions) {
      this.did.push({ atMs: this.nowMs, action })
      if (action.kind !== 'start') continue
      expect(this.#running, 'one child at a time').toBe(false)
      this.#running = true
      this.pid = PID + this.kinds().length
    }
  }
}

test('a bot that beats is left alone', () => {
  expect(new Story().pass(3_600_000).kinds()).toEqual(['start'])
})

test('silence for ten seconds: paged and killed in the same moment, then started again', () => {
  const story = new Story().pass(60_000)
  story.beats = false
  story.pass(11_000)
  expect(story.did.slice(1).map(({ atMs, action }) => [atMs, action.kind])).toEqual([
    [69_000, 'page'],
    [69_000, 'kill'],
  ])
  story.exits(null, 'SIGKILL')
  story.beats = true
  story.pass(2_000)
  expect(story.kinds()).toEqual(['start', 'page', 'kill', 'page', 'start'])
  expect(story.pages()).toEqual([
    'critical: the bot has been silent for 10 s',
    'critical: the bot ended with signal SIGKILL: started again in 1 s',
  ])
})

test('what an earlier process left is no sign of life', () => {
  const story = new Story()
  story.beats = false
  const stale: VitalsFile = { pid: 1, instance: 'old', beat: 9, vitals: well }
  for (; story.nowMs <= 90_000; story.nowMs += 500) {
    story.happens({ kind: 'tick', file: { ...stale, beat: ++story.beat }, pid: PID })
  }
  expect(story.kinds()).toEqual(['start', 'page', 'kill'])
})

test('we were suspended, not the bot silent: it gets its time again', () => {
  const story = new Story().pass(60_000)
  story.nowMs += 3_600_000
  story.pass(60_000)
  expect(story.kinds()).toEqual(['start'])
})

test('an alarm that does not call for a kill is paged once, and told when it is over', () => {
  const story = new Story().pass(5_000)
  story.vitals = { ...well, loopDelayMsMax: 3_000 }
  story.pass(60_000)
  story.vitals = well
  story.pass(5_000)
  expect(story.pages()).toEqual([
    "warning: the bot's event loop stood still for 3.0 s",
    'info: stalled: over',
  ])
  expect(story.kinds()).not.toContain('kill')
})

describe('when it ends by itself', () => {
  test('as it was asked to: so do we', () => {
    expect(new Story().pass(5_000).exits(0).did.at(-1)?.action).toEqual({
      kind: 'end',
      why: 'done',
    })
  })

  test.each([2, 4, 5])('with code %d: nothing but a person changes that (R27)', (code) => {
    const story = new Story().pass(5_000).exits(code)
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: { code } })
    expect(story.pages()).toEqual([
      `critical: the bot ended with exit code ${code}: a new start would not help, a person must look`,
    ])
  })

  test('by its own watch: it is said why', () => {
    const story = new Story().pass(5_000).exits(null, 'SIGALRM')
    expect(story.pages()[0]).toContain('its event loop stood still, and its own watch ended it')
  })

  test('again and again: later each time, and given up in the end', () => {
    const story = new Story()
    const starts: number[] = []
    while (story.state.phase !== 'over') {
      story.pass(500).exits(1)
      const before = story.kinds().length
      while (story.state.phase === 'waiting') story.pass(500)
      if (story.kinds().length > before) starts.push(story.nowMs)
    }
    expect(story.kinds().filter((kind) => kind === 'start')).toHaveLength(1 + rules.restartsMax)
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: 'given-up' })
    expect(story.pages().at(-1)).toContain('started again 3 times in ten minutes')
    expect(starts.map((at, i) => at - (starts[i - 1] ?? 0))).toEqual([2_000, 3_000, 5_000])
  })

  test('a Gateway that is away for hours is waited for, at least once a minute', () => {
    const story = new Story()
    while (story.nowMs < 4 * 3_600_000) {
      story.pass(1_000).exits(3)
      while (story.state.phase === 'waiting') story.pass(500)
    }
    expect(story.state.phase).toBe('starting')
    expect(story.kinds().filter((kind) => kind === 'start').length).toBeGreaterThan(200)
    expect(story.pages().every((page) => page.startsWith('warning'))).toBe(true)
  })
})

describe('panic', () => {
  const stalled = (panic: boolean) => {
    const story = new Story(panic).pass(60_000)
    story.beats = false
    story.pass(11_000).exits(null, 'SIGKILL')
    return story
  }

  test('only where it is configured', () => {
    expect(stalled(false).pass(120_000).kinds()).not.toContain('panic')
  })

  test('after the bot is gone, once, and then the bot is started again', () => {
    const story = stalled(true)
    expect(story.kinds()).toEqual(['start', 'page', 'kill', 'page', 'panic'])
    story.pass(30_000)
    expect(story.kinds().slice(5)).toEqual([])
    story.beats = true
    story.happens({ kind: 'panicked', code: 0 }).pass(5_000)
    expect(story.kinds().slice(5)).toEqual(['page', 'start'])
    expect(story.pages().at(-1)).toContain('panic ended: flat; the bot stays killed')
  })

  test('flat, and no disk keeps the latch: nothing is started that would enter again', () => {
    const story = stalled(true).happens({ kind: 'panicked', code: 8 }).pass(600_000)
    expect(story.kinds().slice(5)).toEqual(['page', 'end'])
    expect(story.pages().at(-1)).toContain('it is not started')
  })

  test('not flat is said', () => {
    const story = stalled(true).happens({ kind: 'panicked', code: 6 })
    expect(story.pages().at(-1)).toContain('NOT FLAT or not known, exit code 6')
  })

  test('a loop that stood still, as the bot’s own thread found: likewise', () => {
    const story = new Story(true).pass(60_000).exits(null, 'SIGALRM')
    expect(story.kinds().at(-1)).toBe('panic')
  })

  test.each([
    ['a defect', 1, null],
    ['a kill by somebody else', null, 'SIGKILL'],
    ['a Gateway that is away', 3, null],
  ] as const)('not after %s', (_, code, signal) => {
    const story = new Story(true).pass(60_000).exits(code, signal)
    expect(story.kinds()).not.toContain('panic')
  })

  test('not for a bot that never spoke', () => {
    const story = new Story(true)
    story.beats = false
    story.pass(95_000).exits(null, 'SIGKILL')
    expect(story.kinds()).not.toContain('panic')
  })

  test('asked to stop meanwhile: it ends first, and nothing is started after it', () => {
    const story = stalled(true).happens({ kind: 'asked-to-stop' }).pass(5_000)
    expect(story.kinds().at(-1)).toBe('panic')
    story.happens({ kind: 'panicked', code: 0 }).pass(60_000)
    expect(story.kinds().slice(-2)).toEqual(['page', 'end'])
  })
})

describe('panic when the bot is at its worst', () => {
  const silenced = (story: Story): Story => {
    story.pass(5_000).beats = false
    return story.pass(11_000)
  }

  test('goes before giving up', () => {
    const story = new Story(true)
    for (let times = 0; times < rules.restartsMax; times++) {
      story.pass(1_000).exits(1)
      while (story.state.phase === 'waiting') story.pass(500)
    }
    silenced(story).exits(null, 'SIGKILL')
    expect(story.kinds().at(-1)).toBe('panic')
    story.happens({ kind: 'panicked', code: 0 })
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: 'given-up' })
    expect(story.pages().at(-1)).toContain('the watchdog gives up')
  })

  test('goes before an ending that no new start changes', () => {
    const story = silenced(new Story(true)).exits(5)
    expect(story.kinds().at(-1)).toBe('panic')
    story.happens({ kind: 'panicked', code: 0 })
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: { code: 5 } })
  })

  test('goes before the end when asked to stop while it kills', () => {
    const story = silenced(new Story(true)).happens({ kind: 'asked-to-stop' })
    expect(story.kinds().at(-1)).toBe('kill')
    story.exits(null, 'SIGKILL')
    expect(story.kinds().at(-1)).toBe('panic')
    story.happens({ kind: 'panicked', code: 6 })
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: 'done' })
    expect(story.pages().at(-1)).toContain('NOT FLAT')
  })

  test('asked to stop while it kills, without panic: ends with the bot, and kills again meanwhile', () => {
    const story = silenced(new Story()).happens({ kind: 'asked-to-stop' }).pass(20_000)
    expect(story.kinds().slice(-2)).toEqual(['kill', 'kill'])
    expect(story.exits(null, 'SIGKILL').did.at(-1)?.action).toEqual({ kind: 'end', why: 'done' })
  })

  const stood = (): Story => silenced(new Story(true)).exits(null, 'SIGKILL')
  const panics = (story: Story): number => story.kinds().filter((kind) => kind === 'panic').length

  test.each([3, 6, 1, null])(
    'is run again, later each time and not for ever, after code %s',
    (code) => {
      const story = stood()
      const times: number[] = []
      story.beats = true
      const started = () => story.kinds().at(-1) === 'start'
      while (!started()) {
        times.push(story.nowMs)
        story.happens({ kind: 'panicked', code })
        const before = panics(story)
        while (panics(story) === before && !started()) story.pass(500)
      }
      expect(panics(story)).toBe(6)
      const waits = times.slice(1).map((at, i) => at - (times[i] ?? 0))
      expect(waits.map((ms) => Math.floor(ms / 1_000))).toEqual([10, 20, 40, 80, 160])
      expect(story.pages().at(-1)).toContain('a person must')
      expect(story.kinds().at(-1)).toBe('start')
    },
  )

  test('is over once it was flat', () => {
    const story = stood().happens({ kind: 'panicked', code: 3 }).pass(11_000)
    story.happens({ kind: 'panicked', code: 0 }).pass(3_000)
    expect([panics(story), story.kinds().at(-1)]).toEqual([2, 'start'])
  })

  test.each([2, 4])('is not run again after code %d: it would end alike', (code) => {
    const story = stood().happens({ kind: 'panicked', code }).pass(3_000)
    expect([panics(story), story.kinds().at(-1)]).toEqual([1, 'start'])
  })

  test('waits for a market that is closed, however long, and pages that once', () => {
    const story = stood()
    const paged = story.pages().length
    while (story.nowMs < 4 * 3_600_000) {
      story.happens({ kind: 'panicked', code: 7 })
      while (story.state.phase === 'panic-waiting') story.pass(500)
    }
    expect(panics(story)).toBeGreaterThan(40)
    expect(story.pages()).toHaveLength(paged + 1)
    story.happens({ kind: 'panicked', code: 6 })
    expect(story.pages().at(-1)).toContain('1 of 6')
  })

  test('asked to stop while it waits to run again: it says so, and ends', () => {
    const story = stood().happens({ kind: 'panicked', code: 3 }).happens({ kind: 'asked-to-stop' })
    expect(story.pages().at(-1)).toContain('panic is not run again')
    expect(story.did.at(-1)?.action).toEqual({ kind: 'end', why: 'done' })
  })
})

describe('asked to stop', () => {
  test('the bot is asked once, and we end with it', () => {
    const story = new Story().pass(5_000).happens({ kind: 'asked-to-stop' })
    story.happens({ kind: 'asked-to-stop' }).pass(2_000).exits(0)
    expect(story.kinds()).toEqual(['start', 'terminate', 'end'])
  })

  test('a bot that does not end is killed after fifteen seconds', () => {
    const story = new Story().pass(5_000).happens({ kind: 'asked-to-stop' }).pass(16_000)
    expect(story.kinds()).toEqual(['start', 'terminate', 'kill'])
    expect(story.exits(null, 'SIGKILL').did.at(-1)?.action).toEqual({ kind: 'end', why: 'done' })
  })

  test('while it waits to start again: nothing is started any more', () => {
    const story = new Story().pass(5_000).exits(1).happens({ kind: 'asked-to-stop' }).pass(60_000)
    expect(story.kinds()).toEqual(['start', 'page', 'end'])
  })
})

test('laws: one child at a time, and nothing after the end', () => {
  const step = fc.record({
    what: fc.constantFrom('pass', 'pass', 'silent', 'crash', 'away', 'stop'),
    ms: fc.integer({ min: 1, max: 60 }).map((n) => n * 500),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const story = new Story()
      for (const { what, ms } of steps) {
        story.beats = what !== 'silent'
        story.pass(ms)
        if (story.kinds().at(-1) === 'kill' && story.pid !== null) story.exits(null, 'SIGKILL')
        if (what === 'crash' && story.pid !== null) story.exits(1)
        if (what === 'away' && story.pid !== null) story.exits(3)
        if (what === 'stop') story.happens({ kind: 'asked-to-stop' })
      }
      const kinds = story.kinds()
      expect(kinds.indexOf('end') === -1 || kinds.indexOf('end') === kinds.length - 1).toBe(true)
    }),
  )
})
