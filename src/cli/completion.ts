import type { Argument, Command, Option } from 'commander'
import type { Shell } from './shells.ts'

/** What may be typed behind some words: commands, options, and what an option or argument takes. */
interface Node {
  /** `config check`; of the program itself empty. */
  readonly words: string
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  readonly options: readonly OptionNode[]
  /** Choices of the first argument; empty: it has none. */
  readonly choices: readonly string[]
}

interface OptionNode {
  /** `-f` and `--follow`. */
  readonly flags: readonly string[]
  readonly says: string
  readonly takes: boolean
  readonly choices: readonly string[]
  /** A file or folder may follow. */
  readonly isPath: boolean
}

/** A script for the shell, made of the tree of commands: it cannot say what is not there. */
export function completion(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, [])
  return { bash, zsh, fish }[shell](program.name(), nodes)
}

function nodesOf(command: Command, words: readonly string[]): readonly Node[] {
  const options = command.options.filter(({ hidden }) => !hidden).map(optionNode)
  const help = { flags: ['--help'], says: 'what it does, with an example', takes: false }
  const node: Node = {
    words: words.join(' '),
    commands: command.commands.map((each) => ({ name: each.name(), says: each.description() })),
    options: [...options, { ...help, choices: [], isPath: false }],
    choices: command.registeredArguments[0]?.argChoices ?? NONE,
  }
  return [node, ...command.commands.flatMap((each) => nodesOf(each, [...words, each.name()]))]
}

const NONE: NonNullable<Argument['argChoices']> = []

function optionNode(option: Option): OptionNode {
  const { short, long, description, required, optional, argChoices = [], flags } = option
  return {
    flags: [short, long].filter((each) => each !== undefined && each !== null),
    says: description,
    takes: required || optional,
    choices: argChoices,
    isPath: /<(file|dir)>/.test(flags),
  }
}

/** Of a shell's single quotes: nothing within them is looked at. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function bash(name: string, nodes: readonly Node[]): string {
  const fn = `_${name.replaceAll('-', '_')}`
  const words = nodes.map(({ words: path, commands, options, choices }) => {
    const all = [...commands.map((each) => each.name), ...choices]
    const flags = options.flatMap((each) => each.flags)
    const [shown, dashed] = [quoted(all.join(' ')), quoted(flags.join(' '))]
    return `    ${quoted(path)}) words=${shown}; flags=${dashed} ;;`
  })
  const values = nodes.flatMap(({ words: path, options }) =>
    options
      .filter(({ takes }) => takes)
      .map(({ flags, choices, isPath }) => {
        const pattern = flags.map((flag) => quoted(`${path}:${flag}`)).join('|')
        const act = isPath ? 'files=1' : `values=${quoted(choices.join(' '))}`
        return `    ${pattern}) takes=1; ${act} ;;`
      }),
  )
  const groups = nodes.filter(({ commands }) => commands.length > 0)
  const children = groups.flatMap(({ words: path, commands }) =>
    commands.map((each) => quoted(path === '' ? each.name : `${path} ${each.name}`)),
  )
  return `# bash completion for ${name}: source it, or put it among bash-completion/completions
${fn}_value() {
  takes=; files=; values=
  case "$1:$2" in
${values.join('\n')}
    *) ;;
  esac
}
${fn}_words() {
  words=; flags=
  case "$1" in
${words.join('\n')}
  esac
}
${fn}() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= i word next takes files values words flags
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      ${fn}_value "$path" "$word"
      [[ -n $takes ]] && ((i++))
      continue
    fi
    next=\${path:+$path }$word
    case "$next" in ${children.join('|')}) path=$next ;; esac
  done
  COMPREPLY=()
  if ((COMP_CWORD > 0)); then
    ${fn}_value "$path" "\${COMP_WORDS[COMP_CWORD - 1]}"
    if [[ -n $takes ]]; then
      if [[ -n $files ]]; then COMPREPLY=($(compgen -f -- "$current"))
      else COMPREPLY=($(compgen -W "$values" -- "$current")); fi
      return
    fi
  fi
  ${fn}_words "$path"
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else COMPREPLY=($(compgen -W "$words" -- "$current")); fi
}
complete -o filenames -F ${fn} ${name}
`
}

function zsh(name: string, nodes: readonly Node[]): string {
  const fn = `_${name.replaceAll('-', '_')}`
  const escaped = (text: string): string => text.replace(/[\\:[\]]/g, (each) => `\\${each}`)
  const arms = nodes.map(({ words, commands, options, choices }) => {
    const specs = options.flatMap(({ flags, says, takes, choices: of, isPath }) =>
      flags.map((flag) => {
        const action = !takes ? '' : isPath ? ':file:_files' : `:value:(${of.join(' ')})`
        return quoted(`${flag}[${escaped(says)}]${action}`)
      }),
    )
    const first =
      commands.length > 0
        ? [quoted(`1:command:((${commands.map(described).join(' ')}))`), quoted('*::rest:')]
        : [quoted(`1:argument:(${choices.join(' ')})`)]
    return `    ${quoted(words)}) _arguments -s ${[...specs, ...first].join(' ')} ;;`
  })
  function described({ name: of, says }: { readonly name: string; readonly says: string }): string {
    // It is evaluated: a backtick or a dollar in it would be carried out.
    return `${of}\\:"${escaped(says).replace(/["`$]/g, '')}"`
  }
  const groups = nodes.filter(({ commands }) => commands.length > 0)
  const children = groups.flatMap(({ words: path, commands }) =>
    commands.map((each) => quoted(path === '' ? each.name : `${path} ${each.name}`)),
  )
  return `#compdef ${name}
# zsh completion for ${name}: put it as _${name} into a folder of $fpath
${fn}() {
  local chain= next word
  local -i i depth=0
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    next=\${chain:+$chain }$word
    case "$next" in ${children.join('|')}) chain=$next; depth=$((i - 1)) ;; esac
  done
  words=("\${(@)words[depth + 1,-1]}")
  ((CURRENT -= depth))
  case "$chain" in
${arms.join('\n')}
  esac
}
compdef ${fn} ${name}
`
}

function fish(name: string, nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ words, commands, options, choices }) => {
    const names = words === '' ? [] : words.split(' ')
    const seen = names.map((each) => `__fish_seen_subcommand_from ${each}`).join('; and ')
    const at = words === '' ? '__fish_use_subcommand' : seen
    const siblings = commands.map((each) => each.name).join(' ')
    const here =
      words !== '' && commands.length > 0
        ? `${at}; and not __fish_seen_subcommand_from ${siblings}`
        : at
    const base = `complete -c ${name} -n ${quoted(here)}`
    return [
      ...commands.map((each) => `${base} -f -a ${each.name} -d ${quoted(each.says)}`),
      ...(choices.length > 0 ? [`${base} -f -a ${quoted(choices.join(' '))}`] : []),
      ...options.map(({ flags, says, takes, choices: of, isPath }) => {
        const shown = flags
          .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
          .join(' ')
        const value = !takes ? '' : isPath ? ' -r -F' : ` -x -a ${quoted(of.join(' '))}`
        return `complete -c ${name} -n ${quoted(at)} ${shown}${value} -d ${quoted(says)}`
      }),
    ]
  })
  const head = `# fish completion for ${name}: put it into ~/.config/fish/completions`
  return `${head}\n${lines.join('\n')}\n`
}
