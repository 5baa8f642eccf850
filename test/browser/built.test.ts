import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PAGE } from '../../scripts/page.mjs'

const files = readdirSync(PAGE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name))
const textOf = (path: string) => readFileSync(path, 'utf8')
const html = textOf(join(PAGE, 'index.html'))

/** Each needs an exception of the policy that there is not. */
export function inlinesOf(page: string): readonly string[] {
  return [
    ...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>/gi),
    ...page.matchAll(/<style[^>]*>/gi),
    ...page.matchAll(/\s(?:style|on\w+)\s*=/gi),
    ...page.matchAll(/(?:src|href)="(?:https?:)?\/\/[^"]*"/gi),
    ...page.matchAll(/(?:src|href)="(?:data|javascript):[^"]*"/gi),
  ].map(([found]) => found.trim())
}

describe('the page as it is built', () => {
  test('has nothing inline and nothing from elsewhere', () => {
    expect(inlinesOf(html)).toEqual([])
  })

  test('loads files of its own alone', () => {
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(3)
    for (const path of named) expect(files).toContain(join(PAGE, path))
    for (const file of files.filter((path) => path.endsWith('.css'))) {
      expect(textOf(file)).not.toMatch(/url\(|@import/)
    }
  })

  test('never writes what it was told as HTML', () => {
    const sources = readdirSync(join(import.meta.dirname, '../../web/src'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((path) => /\.tsx?$/.test(path))
    expect(sources.length).toBeGreaterThan(30)
    for (const path of sources) {
      const text = textOf(join(import.meta.dirname, '../../web/src', path))
      expect(text, path).not.toMatch(
        /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|\beval\(/,
      )
    }
  })

  test('is at most 200 kB gzipped, all views and charts included', () => {
    const size = files.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0)
    expect(size).toBeLessThan(200 * 1024)
  })

  test('shows its overview with at most 100 kB of it', () => {
    const first = new Set<string>()
    const add = (name: string) => {
      if (first.has(name)) return
      first.add(name)
      // What a file cannot begin without; what it fetches later is in brackets.
      const needs = textOf(join(PAGE, 'assets', name)).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)
      for (const [, needed = ''] of needs) add(needed)
    }
    for (const [, name = ''] of html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)) add(name)
    expect(first.size).toBeGreaterThan(2)
    const size = [...first]
      .map((name) => gzipSync(readFileSync(join(PAGE, 'assets', name))).length)
      .reduce((sum, each) => sum + each, 0)
    expect(size).toBeLessThan(100 * 1024)
    expect(size).toBeGreaterThan(60 * 1024)
  })
})

test.each([
  ['<script>go()</script>'],
  ['<style>a{}</style>'],
  ['<p style="color:red">'],
  ['<img src="/x.png" onerror="go()">'],
  ['<script src="https://cdn.example/x.js"></script>'],
  ['<link href="//cdn.example/x.css">'],
  ['<img src="data:image/png;base64,x">'],
])('%s would be noticed', (planted) => {
  expect(inlinesOf(planted)).not.toEqual([])
})
