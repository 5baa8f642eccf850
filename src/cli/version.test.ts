import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commit } from './version.ts'

const made = mkdtempSync(join(tmpdir(), 'version-'))
afterAll(() => rmSync(made, { recursive: true, force: true }))

const HASH = '0123456789abcdef0123456789abcdef01234567'

function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(made, 'tree-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

test.each<[string, string]>([
  ['a branch', tree({ '.git/HEAD': 'ref: refs/heads/a\n', '.git/refs/heads/a': `${HASH}\n` })],
  ['no branch', tree({ '.git/HEAD': `${HASH}\n` })],
  [
    'a branch among the packed ones',
    tree({
      '.git/HEAD': 'ref: refs/heads/a\n',
      '.git/packed-refs': `# pack-refs\n${'f'.repeat(40)} refs/heads/b\n${HASH} refs/heads/a\n`,
    }),
  ],
  [
    'a linked work tree',
    join(
      tree({
        'main/.git/refs/heads/a': `${HASH}\n`,
        'main/.git/worktrees/w/HEAD': 'ref: refs/heads/a\n',
        'main/.git/worktrees/w/commondir': '../..\n',
        'w/.git': 'gitdir: ../main/.git/worktrees/w\n',
      }),
      'w',
    ),
  ],
])('of %s', (_, root) => {
  expect(commit(root)).toBe(HASH.slice(0, 12))
})

test('an installed package has none', () => {
  expect(commit(tree({ 'package.json': '{}' }))).toBe(null)
})

/** Everything else costs a third of a second; `npm run bench -- cold-start` measures it. */
test('the command line loads nothing else to say its version', () => {
  const text = readFileSync(join(import.meta.dirname, 'main.ts'), 'utf8')
  const loaded = [...text.matchAll(/^import .*?'(.+)'$/gm)].map(([, target]) => target)
  expect(loaded).toEqual(['./version.ts'])
})
