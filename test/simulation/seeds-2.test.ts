import { playSeeds } from './seeds.ts'

playSeeds({ from: 41, count: 80, commit: false })
