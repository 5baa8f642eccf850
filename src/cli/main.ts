#!/usr/bin/env node
import { version } from './version.ts'

// Asked by scripts and by people in a hurry, and answered without loading anything else.
const [first, ...more] = process.argv.slice(2)
const asksVersion = more.length === 0 && (first === '--version' || first === '-V')
if (asksVersion) process.stdout.write(`${version()}\n`)
else await (await import('./program.ts')).main()
