import { exitCodes } from '../../src/cli/exit-codes.ts'
import type { Night, Step } from './step.ts'

/** So many in a night of eight hours, fewer in a shorter one; `quick`: so few. */
function count(night: Night, whole: number, quick: number): number {
  return night.quick ? quick : Math.max(1, Math.round(whole * night.scale))
}

/** `more`: what may have a space in it. */
function words(text: string, ...more: readonly string[]): readonly string[] {
  return [...text.split(' ').filter((each) => each !== ''), ...more]
}

/** Seeds in a row, apart from those of the nights around. */
const SEEDS_A_NIGHT = 10_000
const firstOf = ({ seed }: Night): number => seed * SEEDS_A_NIGHT

/** `quick`: so few, and enough to walk every edge of the order's table. */
const FEW: Readonly<Record<string, number>> = { order: 20_000 }

function fuzz(word: string, inputs: number, minutes: number): Step {
  return {
    name: `fuzz-${word}`,
    what: `inputs of "${word}" against their laws`,
    script: 'fuzz',
    args: (night) => {
      const inputsMax = count(night, inputs, FEW[word] ?? 200)
      const most = `--inputs ${inputsMax} --minutes ${count(night, minutes, 2)}`
      return words(`${word} --seed ${night.seed} ${most}`)
    },
    cores: 2,
    minutes: minutes + 3,
    quickMinutes: 5,
    result: /^\S+: [\d,]+ .*; 0 broken laws$/,
  }
}

/** With fewer some label has not ten samples, which no share can be told of. */
const FEWEST_OUTAGES = 200
/** Minutes of a soak that can judge whether memory is flat, with a fault among them. */
const FEWEST_SOAKED = 35
const CRASHES = /^\d+ days, \d+ crash points, \d+ restarts/
const HASHES = /^\d+ seeds from \d+, \d+ runs: 0 hashes differ$/

/** What finds most comes first; what takes one processor runs two at a time. */
export const STEPS: readonly Step[] = [
  {
    name: 'prove',
    what: 'days of trading with faults, seeds of this night',
    script: 'prove',
    args: (night) => {
      const minutes = night.quick ? '' : `--minutes ${count(night, 70, 1)}`
      const seeds = `--seeds ${count(night, SEEDS_A_NIGHT, 2)} --days 1 --seed ${firstOf(night)}`
      return words(`${seeds} ${minutes}`)
    },
    cores: 2,
    minutes: 80,
    quickMinutes: 10,
    result: /^[\d,]+ seeds, [\d,]+ days, /,
  },
  {
    name: 'crashes',
    what: 'a crash after every effect of every day, restarted after each time',
    script: 'crashes',
    args: ({ quick }) => words(quick ? '--day whole --every 24' : '--delays all'),
    cores: 2,
    minutes: 45,
    quickMinutes: 10,
    result: CRASHES,
  },
  {
    name: 'crash-pairs',
    what: 'a crash, and another one during the recovery, sampled',
    script: 'crashes',
    args: (night) => {
      const pairs = `--pairs ${count(night, 100_000, 4)} --seed ${night.seed}`
      const most = `--minutes ${count(night, 45, 1)}`
      return words(`${pairs} ${night.quick ? '--day whole' : most}`)
    },
    cores: 2,
    minutes: 50,
    quickMinutes: 10,
    result: CRASHES,
  },
  {
    name: 'mutants',
    what: 'every mutant of the table, each in front of its killer',
    script: 'prove',
    args: ({ quick }) => words(`--mutants ${quick ? '--only M1' : ''}`),
    cores: 2,
    minutes: 15,
    quickMinutes: 10,
    result: /killed/,
  },
  {
    name: 'planted',
    what: 'defects of the earlier bot, each seen by its test',
    script: 'planted',
    args: ({ quick }) => words(quick ? '--only D1' : ''),
    cores: 2,
    minutes: 15,
    quickMinutes: 10,
    result: /^\d+ defects planted, \d+ seen by their test/,
  },
  {
    name: 'soak',
    what: 'bot and Gateway in two processes, in real time, with faults',
    script: 'bot',
    args: (night) => {
      const minutes = night.quick ? 2 : Math.max(FEWEST_SOAKED, count(night, 60, 2))
      const most = `soak --minutes ${minutes} --seed ${night.seed}`
      return words(most, '--out', `${night.folder}/soak`)
    },
    cores: 1,
    minutes: 65,
    quickMinutes: 6,
    leastMinutes: FEWEST_SOAKED + 5,
    shortCode: exitCodes.inconclusive,
    result: /^report: /,
  },
  {
    name: 'hosts',
    what: 'faults of the host at each moment of a trade',
    script: 'hosts',
    args: ({ quick }) => words(quick ? '--only F82' : ''),
    cores: 1,
    minutes: 20,
    quickMinutes: 10,
    result: /^F\d+: \d+ played, 0 red$/,
  },
  {
    name: 'double-run',
    what: 'the same seeds twice, the same traces',
    script: 'determinism',
    args: (night) => words(`--seeds ${count(night, 200, 2)} --from ${firstOf(night)}`),
    cores: 1,
    minutes: 20,
    quickMinutes: 10,
    result: HASHES,
  },
  {
    name: 'other-node',
    what: 'the same seeds on another Node, the same traces',
    script: 'determinism',
    args: (night) => {
      const seeds = `--seeds ${count(night, 100, 2)} --from ${firstOf(night)} --runs 1`
      return night.node === null ? null : words(seeds, '--node', night.node)
    },
    lacks: 'no other Node: --node PATH was not given',
    cores: 1,
    minutes: 20,
    quickMinutes: 10,
    result: HASHES,
  },
  {
    name: 'other-node-days',
    what: 'whole days with faults on another Node, the same traces',
    script: 'determinism',
    args: (night) => {
      const seeds = `--seeds ${count(night, 100, 1)} --from ${firstOf(night)} --runs 1`
      return night.node === null ? null : words(`${seeds} --plans direct`, '--node', night.node)
    },
    lacks: 'no other Node: --node PATH was not given',
    cores: 1,
    minutes: 20,
    quickMinutes: 10,
    result: HASHES,
  },
  fuzz('order', 20_000_000, 10),
  fuzz('core', 1_000_000, 15),
  fuzz('wire', 50_000_000, 24),
  fuzz('config', 100_000, 10),
  fuzz('control', 1_000_000, 10),
  fuzz('replay', 100_000, 10),
  fuzz('api', 200_000, 7),
  {
    name: 'outages',
    what: 'labelled outages and how soon the bot is back',
    script: 'outages',
    args: (night) => {
      const counts = `--count ${Math.max(FEWEST_OUTAGES, count(night, 500, 0))} --recoveries ${count(night, 300, 2)}`
      return words(`${counts} --seed ${night.seed}`)
    },
    cores: 2,
    minutes: 30,
    quickMinutes: 10,
    result: /^\d+ of \d+ right /,
  },
  {
    name: 'sigkill',
    what: 'real processes, killed and started again',
    script: 'sigkill',
    args: ({ quick, seed }) => words(`--kills ${quick ? 3 : 200} --seed ${seed}`),
    cores: 2,
    minutes: 35,
    quickMinutes: 8,
    result: /^\d+ fills, \d+ orders; .*: 0; /,
  },
  {
    name: 'bench',
    what: 'the rows of the bench; it prints, and fails nothing',
    script: 'bench',
    args: ({ quick }) => words(`--json ${quick ? '--tiny wire' : ''}`),
    cores: 2,
    minutes: 30,
    quickMinutes: 10,
    result: /^\{.*"rows":/,
  },
]
