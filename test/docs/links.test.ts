import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { headings, pages, prose, ROOT, type Page } from './pages.ts'

/** Made by somebody else, and named already: a picture of the dashboard that runs. */
const AWAITED: readonly string[] = []

/** Links of a page that lead nowhere within the repository. */
function brokenLinks({ path, text }: Page): readonly string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.flatMap((target) => {
    if (/^[a-z]+:/.test(target)) return []
    const [file = '', anchor] = target.split('#')
    const at = file === '' ? path : normalize(join(dirname(path), file))
    if (AWAITED.includes(at)) return []
    if (file !== '' && !existsSync(join(ROOT, at))) return [`${path}: ${target}: no such file`]
    if (anchor === undefined) return []
    const there = file === '' ? text : readFileSync(join(ROOT, at), 'utf8')
    const known = headings(there).map((each) => each.anchor)
    return known.includes(anchor) ? [] : [`${path}: ${target}: no such heading`]
  })
}

test('every link of README and docs leads somewhere, to its heading too', () => {
  expect(pages().flatMap(brokenLinks)).toEqual([])
})

test('a link to nowhere is found, by its file or its heading', () => {
  const text =
    '[a](nope.md) [b](faq.md#nope) [c](#there) [d](#here)\n\n## Here\n\n```\n[d](nope.md)\n```\n'
  expect(brokenLinks({ path: 'docs/x.md', text: `# X\n\n${text}` })).toEqual([
    'docs/x.md: nope.md: no such file',
    'docs/x.md: faq.md#nope: no such heading',
    'docs/x.md: #there: no such heading',
  ])
})

test('README leads to every page', () => {
  const [readme, ...docs] = pages()
  const untold = docs.filter(({ path }) => !readme?.text.includes(`(${path}`))
  expect(untold.map(({ path }) => path)).toEqual([])
})
