import { passed } from '../day.ts'

/** A simulated day, looked at every hour: prints its memory as JSON. */
const day = { symbols: 3, from: '09:25', until: '16:05', everyMs: 3_600_000 }
process.stdout.write(JSON.stringify(await passed(day)))
