import { playSeeds } from './seeds.ts'

playSeeds({ from: 121, count: 80, commit: false })
