import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gitText } from './init-git.ts'

let root: string
let tree: string
const git = (...args: string[]) => execFileSync('git', args, { cwd: tree, encoding: 'utf8' })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'init-git-'))
  tree = join(root, 'tree')
  mkdirSync(tree)
  git('init', '--quiet')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function written(path: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'account: DU1234567\n')
  return path
}

describe('what was written is left out of a git tree', () => {
  test.each(['my[1].yaml', 'what?.yaml', 'a*b.yaml', '#1.yaml', '!.yaml', 'a\\b.yaml', 'at end  '])(
    'by its name alone: %s',
    (name) => {
      const path = written(join(tree, 'sub [x]', name))
      expect(gitText([path])).toContain('git leaves it out from now on')
      expect(git('status', '--porcelain')).toBe('')
      // A name that the same letters as a pattern would match is no business of it.
      written(join(tree, 'sub [x]', 'a-b.yaml'))
      expect(git('status', '--porcelain')).toContain('sub [x]/')
    },
  )

  test('also by a way that leads over a link', () => {
    written(join(tree, 'sub', 'my.yaml'))
    symlinkSync(tree, join(root, 'link'))
    const path = join(root, 'link', 'sub', 'my.yaml')
    expect(gitText([path])).toContain('git leaves it out from now on')
    expect(git('status', '--porcelain')).toBe('')
  })
})

test('it is committed already where git says so, and not where a list takes it in', () => {
  const path = written(join(tree, 'my.yaml'))
  writeFileSync(join(tree, '.gitignore'), '!my.yaml\n')
  expect(gitText([path])).toContain('(an ignore file of the tree takes it in)')
  git('add', 'my.yaml')
  expect(gitText([path])).toContain('(it is committed already)')
})
