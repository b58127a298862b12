import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { grepTool } from '../src/grep.ts'
import { errorFrom, textFrom } from './call-tool.ts'
import { projectFolder } from './project-folder.ts'

const FILES = {
  '.gitignore': 'ignored/\n*.log\n',
  '.env.example': 'needle hidden\n',
  '.git/config': 'needle git\n',
  'ignored/a.ts': 'needle ignored\n',
  'build.log': 'needle log\n',
  'src/a.ts': 'one\nNEEDLE upper\nthree\nneedle a(b)\nfive\n',
  'src/deep/b.tsx': 'needle b\r\n',
  'src/größe 日本.ts': 'needle ü\n',
  'test/a.ts': 'needle test\n',
  'bin.dat': Buffer.from('needle\0'),
}

describe('what is found', () => {
  test('gives path, line and text, sorted, without ignored files, binary files and those of git', async () => {
    const grep = grepTool({ root: await projectFolder(FILES) })

    expect((await textFrom(grep, { pattern: 'needle' })).split('\n')).toEqual([
      '.env.example:1:needle hidden',
      'src/a.ts:4:needle a(b)',
      'src/deep/b.tsx:1:needle b',
      'src/größe 日本.ts:1:needle ü',
      'test/a.ts:1:needle test',
    ])
  })

  test.each([
    ['a folder', { path: 'test' }, ['test/a.ts:1:needle test']],
    ['a file', { path: 'src/a.ts' }, ['src/a.ts:4:needle a(b)']],
    ['an ignored folder that is named', { path: 'ignored' }, ['ignored/a.ts:1:needle ignored']],
    [
      'case ignored',
      { path: 'src/a.ts', ignore_case: true },
      ['src/a.ts:2:NEEDLE upper', 'src/a.ts:4:needle a(b)'],
    ],
    ['a literal', { pattern: 'a(b)', literal: true }, ['src/a.ts:4:needle a(b)']],
    ['a pattern like an option', { pattern: '--files', path: 'test' }, ['No matches for "--files" in test.']],
    [
      'context',
      { path: 'src/a.ts', context: 1 },
      ['src/a.ts-3-three', 'src/a.ts:4:needle a(b)', 'src/a.ts-5-five'],
    ],
    [
      'groups of context',
      { pattern: 'one|five', path: 'src/a.ts', context: 1 },
      ['src/a.ts:1:one', 'src/a.ts-2-NEEDLE upper', '--', 'src/a.ts-4-needle a(b)', 'src/a.ts:5:five'],
    ],
    ['files', { output: 'files', path: 'src' }, ['src/a.ts', 'src/deep/b.tsx', 'src/größe 日本.ts']],
    ['counts', { output: 'count', pattern: 'needle|one', path: 'src/a.ts' }, ['src/a.ts:2']],
    ['files of a kind', { glob: '*.tsx' }, ['src/deep/b.tsx:1:needle b']],
    ['files in a folder', { glob: 'src/*.ts' }, ['src/a.ts:4:needle a(b)', 'src/größe 日本.ts:1:needle ü']],
    ['files seen from the path', { glob: 'deep/*', path: 'src' }, ['src/deep/b.tsx:1:needle b']],
    [
      'only what is not ignored, whatever the glob',
      { glob: '*.log' },
      ['No matches for "needle" in the project, files *.log.'],
    ],
    [
      'all but some',
      { glob: '!src', path: '.' },
      ['.env.example:1:needle hidden', 'test/a.ts:1:needle test'],
    ],
    ['a binary file that is named', { path: 'bin.dat' }, ['bin.dat:binary file matches']],
  ])('finds in %s', async (_title, input, lines) => {
    const grep = grepTool({ root: await projectFolder(FILES) })

    expect((await textFrom(grep, { pattern: 'needle', ...input })).split('\n')).toEqual(lines)
  })

  test('finds nothing behind links that lead outside', async () => {
    const root = await projectFolder({ 'a.txt': 'needle in\n' })
    const outside = await projectFolder({ 'secret.txt': 'needle out\n' })
    await symlink(outside, join(root, 'dir'))
    await symlink(join(outside, 'secret.txt'), join(root, 'link.txt'))
    const grep = grepTool({ root })

    expect(await textFrom(grep, { pattern: 'needle' })).toBe('a.txt:1:needle in')
    expect(await errorFrom(grep, { pattern: 'needle', path: 'dir' })).toContain(
      'is outside the project folder',
    )
    expect(await errorFrom(grep, { pattern: 'needle', path: 'link.txt' })).toContain(
      'is outside the project folder',
    )
  })

  test('says where nothing was found', async () => {
    const grep = grepTool({ root: await projectFolder(FILES) })

    expect(await textFrom(grep, { pattern: 'no "such"' })).toBe(
      'No matches for "no \\"such\\"" in the project.',
    )
  })

  test('takes names apart that look like results', async () => {
    const grep = grepTool({ root: await projectFolder({ '-e': 'x\n', 'a:1:b': 'x\n', 'new\nline': 'x\n' }) })

    expect(await textFrom(grep, { pattern: 'x' })).toBe('-e:1:x\na:1:b:1:x\nnew\nline:1:x')
  })
})

describe('bounds', () => {
  const many = { 'a.txt': 'x\n'.repeat(150), 'b.txt': 'x\n'.repeat(90) }

  test('shows 100 results and counts the others', async () => {
    const grep = grepTool({ root: await projectFolder(many) })

    const lines = (await textFrom(grep, { pattern: 'x' })).split('\n')

    expect(lines).toHaveLength(101)
    expect(lines.at(-1)).toBe('[showing 100 of 240 matches; narrow the pattern or raise max_results]')
  })

  test('shows as many as asked, without a note when that is all', async () => {
    const grep = grepTool({ root: await projectFolder(many) })

    expect((await textFrom(grep, { pattern: 'x', max_results: 240 })).split('\n')).toHaveLength(240)
    expect(await textFrom(grep, { pattern: 'x', max_results: 1, output: 'files' })).toBe(
      'a.txt\n[showing 1 of 2 files; narrow the pattern or raise max_results]',
    )
  })

  test('gives up counting, and says so', async () => {
    const grep = grepTool({ root: await projectFolder({ 'a.txt': 'x\n'.repeat(1_000_000) }) })

    expect(await textFrom(grep, { pattern: 'x', max_results: 2 })).toBe(
      'a.txt:1:x\na.txt:2:x\n[showing 2 of at least 10002 matches; narrow the pattern or raise max_results]',
    )
  })

  test('stays within a number of characters', async () => {
    const grep = grepTool({ root: await projectFolder(many), limits: { searchChars: 100 } })

    const text = await textFrom(grep, { pattern: 'x', max_results: 1_000 })

    expect(text).toMatch(/\[showing 9 of 240 matches; narrow the pattern or the path\]$/)
  })

  test('cuts long lines', async () => {
    const grep = grepTool({ root: await projectFolder({ 'a.txt': `needle${'x'.repeat(1_000_000)}\n` }) })

    const text = await textFrom(grep, { pattern: 'needle' })

    expect(text).toMatch(/^a\.txt:1:needlex+ ?\[\.\.\. omitted end of long line\]$/)
    expect(text.length).toBeLessThan(600)
  })

  test('shows the surroundings of the last result it shows, and no others', async () => {
    const grep = grepTool({ root: await projectFolder({ 'a.txt': '1\nx\n3\n4\n5\nx\n7\n' }) })

    expect(await textFrom(grep, { pattern: 'x', context: 1, max_results: 1 })).toBe(
      'a.txt-1-1\na.txt:2:x\na.txt-3-3\n[showing 1 of 2 matches; narrow the pattern or raise max_results]',
    )
  })
})

describe('what is refused', () => {
  test.each([
    ['(', 'regex parse error: unclosed group'],
    ['a\nb', 'the literal "\\n" is not allowed in a regex'],
    ['a\0b', 'The pattern holds a NUL character; search for \\x00 instead.'],
  ])('says what is wrong with the pattern %j', async (pattern, sentence) => {
    const grep = grepTool({ root: await projectFolder() })

    expect(await errorFrom(grep, { pattern })).toBe(`tool.failed: ${sentence}`)
  })

  test('suggests another path when there is none so called', async () => {
    const grep = grepTool({ root: await projectFolder(FILES) })

    expect(await errorFrom(grep, { pattern: 'x', path: 'scr' })).toBe(
      'tool.failed: There is no scr. Did you mean src?',
    )
  })

  test('stops on abort', async () => {
    const grep = grepTool({ root: await projectFolder(FILES) })

    expect(await errorFrom(grep, { pattern: 'x' }, AbortSignal.abort())).toMatch(/^tool\.interrupted: /)
  })
})
