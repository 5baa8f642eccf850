import { unreachable } from '../base/assert.ts'
import type { Verb, View } from '../dashboard/view.ts'

/** What a command would do, in words, as things are in the newest view. */
export function effectText(verb: Verb, view: View | null): string {
  if (view === null) return 'The bot has not shown yet what it holds; look again in a moment.'
  const { level, structures, orders, mode, account } = view
  const entries = orders.filter(({ role }) => role === 'entry').length
  const cancelled = `${count(entries, 'working entry', 'working entries')} cancelled`
  const closed = `${count(structures.length, 'structure', 'structures')} closed`
  const ends = `Nothing is entered any more; ${cancelled}.`
  switch (verb) {
    case 'halt':
      return `${ends} Exits go on. Until a person resumes.`
    case 'reduce':
      return `${ends} Exits and protection go on. Until a person resumes.`
    case 'flatten':
      return `${ends} Then ${closed}, at the market of now.`
    case 'kill':
      return (
        `${ends} Every order of the bot is cancelled and everything it holds is closed. ` +
        'It stays killed until a person resumes.'
      )
    case 'resume':
      return `${resumeText(view)} Mode ${mode}, account ${account}, level ${level.state} now.`
    case 'arm':
      return mode === 'live'
        ? `Entries with real money are allowed in ${account} until the New York date ends.`
        : `Mode ${mode} is not armed, only live is: this does nothing.`
    case 'cancel':
      return 'The order is cancelled; an exit that is still needed is placed again by itself.'
    case 'close':
      return 'The structure is closed, at the market of now.'
    default:
      return unreachable(verb)
  }
}

function resumeText({ level, gates }: View): string {
  if (level.state === 'active') return 'It is active already: nothing changes.'
  if (level.cause === 'daily-loss' && level.state === 'reduce-only') {
    return 'The daily loss is reached and ends with the New York date: this lifts nothing.'
  }
  const held = gates.map(({ gate }) => gate)
  const still = held.length === 0 ? '' : ` Gates still hold entries back: ${held.join(', ')}.`
  return `Entries are possible again.${still}`
}

function count(times: number, one: string, many: string): string {
  return times === 1 ? `1 ${one} is` : `${times} ${many} are`
}
