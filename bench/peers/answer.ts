import { serve } from '../serve.ts'
import type { Served } from '../serve.ts'

/** A side of tick-to-order in a process of its own; prints its port. Argument: `Served` as JSON. */
const { port } = await serve(JSON.parse(process.argv[2] ?? '') as Served)
process.stdin.resume().on('end', () => process.exit(0)) // whoever started it is gone
process.stdout.write(`${port}\n`)
