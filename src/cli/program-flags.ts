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

/** Of commands that only read: without a mode it is found out whose is meant. */
export interface ReadFlags extends Omit<FolderFlags, 'mode'> {
  readonly mode?: ConfiguredMode
}

export function folderOf(flags: FolderFlags): StateFolder {
  return stateFolder(stateRoot(flags), flags.mode, flags)
}

export function withState(command: Command, jsonHelp: string = JSON_HELP): Command {
  return command
    .option('--state <dir>', 'the state folder; default: that of --config, or state')
    .option('--config <file>', 'the configuration, for its state_folder')
    .option('--json', jsonHelp)
}

export const OWNERS: readonly ConfiguredMode[] = ['demo', 'dry-run', 'paper', 'live']

const WHOSE = 'the one bot that runs, or else what was written last'

export function withFolder(command: Command, jsonHelp: string = JSON_HELP): Command {
  const mode = new Option('--mode <mode>', `whose; default: ${WHOSE}`).choices(OWNERS)
  return withState(command.addOption(mode), jsonHelp)
}
