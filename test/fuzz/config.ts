import { configInput, readConfig, smallerConfig, writeConfig } from './config-input.ts'
import { judgeConfig } from './config-laws.ts'
import { subjectOf } from './subject.ts'

/** Configuration files as people, editors and disks make them. */
export const config = subjectOf(
  {
    name: 'config',
    what: 'configuration files, edited and damaged, read by loader and emergency reader',
    inputs: 10_000,
  },
  {
    make: configInput,
    judge: (input, reached) => judgeConfig(input, reached),
    write: writeConfig,
    read: readConfig,
    smaller: smallerConfig,
  },
)
