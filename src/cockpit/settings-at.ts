import type { SettingsView } from '../dashboard/view.ts'

/** With the port that the page has, where it is another than the one of the file. */
export function settingsAt(view: SettingsView, port: number): SettingsView {
  const sections = view.sections.map((section) => ({
    ...section,
    rows: section.rows.map((row) =>
      row.key === 'dashboard' ? { ...row, value: portShown(row.value, port) } : row,
    ),
  }))
  return { ...view, sections }
}

function portShown(value: string, port: number): string {
  return value.replace(/^(http:\/\/[\d.]+:)(\d+)/, (whole, host: string, ofFile: string) =>
    Number(ofFile) === port ? whole : `${host}${port} (${ofFile} in the file)`,
  )
}
