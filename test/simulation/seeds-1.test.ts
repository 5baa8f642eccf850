import { playSeeds } from './seeds.ts'

// So many as a check has time for; the others are with the scenarios.
playSeeds({ from: 1, count: 40, commit: true })
