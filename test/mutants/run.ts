import { asked } from '../options.ts'
import { mutantsOf, MUTANTS_COMMAND } from './command.ts'
import { killAll } from './kill.ts'

/** Every mutant of the table in front of its killer, as `npm run prove -- --mutants` has it. */
const { only, copies } = asked(MUTANTS_COMMAND).values
const { isAll } = await killAll({ mutants: mutantsOf(only), copies, say: console.log })
process.exitCode = isAll ? 0 : 1
