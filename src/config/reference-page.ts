import { keySections, type Form, type KeyRow, type KeySection } from './reference.ts'

/** docs/configuration.md, whole. */
export function referencePage(sections: readonly KeySection[] = keySections()): string {
  return [HEAD, ...sections.map(sectionText)].join('\n\n').concat('\n')
}

const HEAD = `# Configuration: every key

Written by \`ibkr-options-bot config reference\` from the schema that reads your file; do not edit
it here. A complete file with every key is [config/example.yaml](../config/example.yaml).
\`ibkr-options-bot config check --config FILE\` says every problem of a file at once, each with its
line.

- A value carries its unit: \`1%\`, \`15s\`, \`$500\`. A number without its unit, an unknown key and
  a value out of its bounds are refused.
- _required_: the file is refused without it. Limits have no default on purpose. _left out_: nothing
  counts in its place.
- \`risk.day_trades[].policy\` is the key \`policy\` of each element of the list \`day_trades\` in
  the section \`risk\`. \`NAME\` stands for a name that you give.
- The environment is read for secrets and for what makes a run more cautious; it loosens nothing.
  \`IBKR_BOT__MODE\`: a mode more cautious than that of the file. \`IBKR_BOT__LIVE_ACCOUNT\`:
  [live.md](live.md). \`IBKR_BOT__NOTIFY__WEBHOOK_URL\` and
  \`IBKR_BOT__NOTIFY__DEAD_MAN_URL\`: where notices and the dead-man signal go.
  \`IBKR_BOT__NOTIFY__PHONE__TOKEN\` is the secret \`TOKEN\` of the channel named \`phone\`;
  [alerts.md](alerts.md) says which secrets each kind needs.
  \`IBKR_BOT__DASHBOARD__USERS__ADA__PASSWORD\`: of the user \`ada\`.
  \`IBKR_BOT__DASHBOARD__METRICS_TOKEN\`: who sends it may read [the metrics](metrics.md).`

const COLUMNS = ['key', 'value', 'may be', 'default', 'means', 'example'] as const

function sectionText({ name, meaning, isOptional, rows, forms }: KeySection): string {
  const title = name === null ? '## At the top of the file' : `## \`${name}\``
  const left = name !== null && isOptional ? ' The section may be left out.' : ''
  const long = rows
    .filter(isLong)
    .map(({ path, standard }) => `Default of \`${path}\`: \`${standard}\``)
  const table = tableOf(COLUMNS, rows.map(cellsOf))
  return [title, `${meaning}${left}`, table, ...long, ...formsText(forms)].join('\n\n')
}

/** What may stand together: a table for each object that has several forms. */
function formsText(forms: readonly Form[]): readonly string[] {
  const paths = [...new Set(forms.map(({ path }) => path))]
  return paths.flatMap((path) => {
    const rows = forms
      .filter((form) => form.path === path)
      .map(({ tag, required, optional }) => [tag, ...[required, optional].map(codes)])
    const [head = ''] = rows.map(([tag = '']) => tag.split(':')[0] ?? '')
    const cells = rows.map(([tag = '', ...keys]) => [code(tag), ...keys])
    return [
      `Of \`${path}\`, by its \`${head}\`:`,
      tableOf(['form', 'must have', 'may have'], cells),
    ]
  })
}

const codes = (names: readonly string[]): string => names.map(code).join(', ')

/** Beside a table, which it would make unreadable. */
const isLong = ({ standard }: KeyRow): boolean => standard.length > 40

function cellsOf(row: KeyRow): readonly string[] {
  const { path, value, bounds, standard, meaning, example } = row
  const isWord = /^(required|left out|off)\b/.test(standard)
  const told = isLong(row) ? 'below' : isWord ? standard : code(standard)
  return [code(path), value, bounds, told, meaning, code(example)].map(cell)
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** As the formatter of this repository aligns it. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')
}
