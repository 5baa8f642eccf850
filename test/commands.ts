import { BENCH } from '../bench/command.ts'
import { CRASHES } from './crashes/command.ts'
import { DETERMINISM } from './determinism/command.ts'
import { FILLS_STUDY } from './fills/command.ts'
import { FUZZ } from './fuzz/command.ts'
import { HOSTS } from './hosts/command.ts'
import { MUTANTS_COMMAND } from './mutants/command.ts'
import { NIGHTLY } from './nightly/command.ts'
import type { Command } from './options.ts'
import { OUTAGES } from './outages/command.ts'
import { PROVE } from './prove/command.ts'
import { PLANTED_COMMAND } from './regressions/command.ts'
import { SIGKILL } from './sigkill/command.ts'

/** What plays something, by its script in package.json. */
export const COMMANDS: Readonly<Record<string, Command<unknown>>> = {
  bench: BENCH,
  crashes: CRASHES,
  determinism: DETERMINISM,
  'fills-study': FILLS_STUDY,
  fuzz: FUZZ,
  hosts: HOSTS,
  mutants: MUTANTS_COMMAND,
  nightly: NIGHTLY,
  outages: OUTAGES,
  planted: PLANTED_COMMAND,
  prove: PROVE,
  sigkill: SIGKILL,
}
