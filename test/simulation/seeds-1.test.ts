import { playSeeds } from './seeds.ts'

playSeeds({ from: 1, commit: true })
