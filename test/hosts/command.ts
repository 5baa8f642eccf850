import { command, text } from '../options.ts'
import { playsOf } from './plays.ts'

export const HOSTS = command({
  run: 'npm run hosts',
  what: 'Faults of the host at each moment of a trade.',
  options: {
    only: text({
      help: 'those whose name holds a text: F82, config',
      takes: 'TEXT',
      expected: 'a part of a name',
      initial: '',
    }),
  },
  wrong({ only }) {
    return playsOf(only).length > 0 ? null : `nothing to play: no name of a row holds ${only}`
  },
})
