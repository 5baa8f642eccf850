import { Option, type Command } from 'commander'
import type { ConfiguredMode } from '../config/schema.ts'
import { stateFolder, stateRoot, type StateFolder } from './state-folder.ts'

export const JSON_HELP = 'one JSON object as the last line on stdout, and nothing before it'

export interface Json {
  readonly json?: boolean
}

/** Of commands that look into a state folder. */
export interface FolderFlags extends Json {
  readonly mode: ConfiguredMode
  readonly state?: string
  readonly config?: string
}

export function folderOf(flags: FolderFlags): StateFolder {
  return stateFolder(stateRoot(flags), flags.mode)
}

export function withState(command: Command): Command {
  return command
    .option('--state <dir>', 'the state folder; default: that of --config, or state')
    .option('--config <file>', 'the configuration, for its state_folder')
    .option('--json', JSON_HELP)
}

export const OWNERS: readonly ConfiguredMode[] = ['demo', 'dry-run', 'paper', 'live']

export function withFolder(command: Command): Command {
  const mode = new Option('--mode <mode>', 'whose').choices(OWNERS).default('demo')
  return withState(command.addOption(mode))
}
