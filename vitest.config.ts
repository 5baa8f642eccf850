import { existsSync, statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/**
 * A journal is synced at every append, which on a slow disk is most of what a day costs. Where
 * there is memory for it the tests' folders lie there; `npm run sigkill` is about the disk itself.
 */
const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 2 ** 31
if (existsSync(MEMORY)) {
  const { bavail, bsize } = statfsSync(MEMORY)
  if (bavail * bsize >= ENOUGH_BYTES) process.env['TMPDIR'] ??= MEMORY
}

const common = {
  setupFiles: ['./test/setup.ts'],
  pool: 'threads' as const,
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
}

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'tidy', include: ['test/tidy.test.ts'] } },
      {
        test: {
          ...common,
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.slow.test.ts'],
        },
      },
      { test: { ...common, name: 'seeds', include: ['test/simulation/seeds-*.test.ts'] } },
      {
        test: {
          ...common,
          name: 'scenarios',
          include: ['test/**/*.test.ts', 'src/**/*.slow.test.ts'],
          exclude: ['test/tidy.test.ts', 'test/simulation/seeds-*.test.ts', 'test/sigkill/**'],
          globalSetup: ['./test/built.ts'],
          testTimeout: 180_000,
        },
      },
    ],
  },
})
