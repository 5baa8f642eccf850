import { playSeeds } from './seeds.ts'

playSeeds({ from: 101, commit: false })
