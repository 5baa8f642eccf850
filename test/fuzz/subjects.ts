import { api } from './api.ts'
import { config } from './config.ts'
import { control, socket } from './control.ts'
import { core, order } from './fuzz.ts'
import { recording } from './recording-subject.ts'
import { replay } from './replay.ts'
import { session } from './session.ts'
import type { Subject } from './subject.ts'
import { wire } from './wire.ts'

export const SUBJECTS: readonly Subject[] = [
  order,
  core,
  wire,
  session,
  config,
  control,
  socket,
  replay,
  recording,
  api,
]

/** What one word of the command plays; the first takes `--inputs`, the others their share of it. */
export const GROUPS: Readonly<Record<string, readonly Subject[]>> = {
  order: [order],
  core: [core],
  wire: [wire, session],
  config: [config],
  control: [control, socket],
  replay: [replay, recording],
  api: [api],
}
