import { defineConfig } from 'vitest/config'

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
      // Of the check, which may take a minute; the other 160 seeds are with the scenarios.
      { test: { ...common, name: 'seeds', include: ['test/simulation/seeds-1.test.ts'] } },
      {
        test: {
          ...common,
          name: 'scenarios',
          include: ['test/**/*.test.ts', 'src/**/*.slow.test.ts'],
          exclude: [
            'test/tidy.test.ts',
            'test/simulation/seeds-1.test.ts',
            'test/sigkill/**',
            'test/browser/**',
          ],
          globalSetup: ['./test/built.ts'],
          testTimeout: 180_000,
        },
      },
      // The operator's page in a real browser.
      {
        test: {
          ...common,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['./test/built.ts', './test/browser/page.ts'],
          testTimeout: 180_000,
        },
      },
      // A command of its own, `npm run kill-drill`: measured times of kill and panic.
      {
        test: {
          ...common,
          name: 'drill',
          include: [
            'test/simulation/kill.test.ts',
            'test/scenarios/kill.test.ts',
            'test/drill/*.ts',
          ],
          globalSetup: ['./test/built.ts'],
          testTimeout: 180_000,
        },
      },
    ],
  },
})
