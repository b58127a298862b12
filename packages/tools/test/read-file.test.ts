import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFileTool } from '../src/read-file.ts'
import { callTool, errorFrom, textFrom } from './call-tool.ts'
import { projectFolder } from './project-folder.ts'

/** Lines `line 1` to `line count`. */
function manyLines(count: number): string {
  return Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('')
}

describe('what is shown', () => {
  test.each([
    ['a file', 'one\ntwo\n', '     1\tone\n     2\ttwo'],
    ['a file without a line feed at its end', 'one\ntwo', '     1\tone\n     2\ttwo'],
    ['blank lines', '\n\nx\n\n', '     1\t\n     2\t\n     3\tx\n     4\t'],
    ['CRLF line ends', 'one\r\ntwo\r\n', '     1\tone\n     2\ttwo'],
    ['a byte order mark', '\uFEFFone\n\uFEFFtwo\n', '     1\tone\n     2\t\uFEFFtwo'],
    ['other scripts', 'größe 日本 👍🏽\n', '     1\tgröße 日本 👍🏽'],
    ['an empty file', '', '[empty file]'],
  ])('shows %s', async (_title, content, shown) => {
    const readFile = readFileTool({ root: await projectFolder({ 'ü 日本.txt': content }) })

    expect(await textFrom(readFile, { path: 'ü 日本.txt' })).toBe(shown)
  })

  test('shows U+FFFD and says so for what is not UTF-8', async () => {
    const readFile = readFileTool({
      root: await projectFolder({ 'a.txt': Buffer.from('caf\xe9\n', 'latin1') }),
    })

    expect(await textFrom(readFile, { path: 'a.txt' })).toBe(
      '     1\tcaf\uFFFD\n[not valid UTF-8; what could not be read is shown as \uFFFD]',
    )
  })

  test('shows a file that itself holds U+FFFD without complaint', async () => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': 'x\uFFFDy\n' }) })

    expect(await textFrom(readFile, { path: 'a.txt' })).toBe('     1\tx\uFFFDy')
  })
})

describe('parts of a file', () => {
  test.each([
    [{ offset: 3, limit: 2 }, '     3\tline 3\n     4\tline 4\n[lines 3-4 of 6; continue with offset 5]'],
    [{ limit: 1 }, '     1\tline 1\n[lines 1-1 of 6; continue with offset 2]'],
    [{ offset: 5 }, '     5\tline 5\n     6\tline 6\n[lines 5-6 of 6]'],
    [{ offset: 6, limit: 1 }, '     6\tline 6\n[lines 6-6 of 6]'],
    [
      { limit: 6 },
      manyLines(6)
        .replace(/^/gm, 'X')
        .split('\n')
        .slice(0, 6)
        .map((line, at) => `     ${at + 1}\t${line.slice(1)}`)
        .join('\n'),
    ],
  ])('shows %j', async (part, shown) => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': manyLines(6) }) })

    expect(await textFrom(readFile, { path: 'a.txt', ...part })).toBe(shown)
  })

  test('stops at 2,000 lines and says where to go on', async () => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': manyLines(5_210) }) })

    const lines = (await textFrom(readFile, { path: 'a.txt' })).split('\n')

    expect(lines).toHaveLength(2_001)
    expect(lines.slice(-2)).toEqual([
      '  2000\tline 2000',
      '[lines 1-2000 of 5210; continue with offset 2001]',
    ])
  })

  test('leads through a whole file, part by part, without losing a line', async () => {
    const readFile = readFileTool({
      root: await projectFolder({ 'a.txt': manyLines(500) }),
      limits: { readLines: 90, readBytes: 700 },
    })

    const seen: string[] = []
    for (let offset: number | undefined = 1; offset !== undefined;) {
      const text = await textFrom(readFile, { path: 'a.txt', offset })
      seen.push(
        ...text
          .split('\n')
          .filter((line) => line.includes('\t'))
          .map((line) => line.split('\t')[1] ?? ''),
      )
      const next = /continue with offset (\d+)/.exec(text)?.[1]
      offset = next === undefined ? undefined : Number(next)
    }

    expect(`${seen.join('\n')}\n`).toBe(manyLines(500))
  })

  test('stops at 50 KB, between lines', async () => {
    const readFile = readFileTool({
      root: await projectFolder({ 'a.txt': `${'x'.repeat(999)}\n`.repeat(100) }),
    })

    const text = await textFrom(readFile, { path: 'a.txt' })

    expect(text).toMatch(/\n\[lines 1-50 of 100; continue with offset 51\]$/)
  })

  test('says how long the file is when the offset is past its end', async () => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': 'one\n' }) })

    expect(await errorFrom(readFile, { path: 'a.txt', offset: 9 })).toBe(
      'tool.failed: a.txt has 1 line; offset 9 is past its end.',
    )
  })

  test('refuses an offset of 0', async () => {
    const readFile = readFileTool({ root: await projectFolder() })

    await expect(callTool(readFile, { path: 'a.txt', offset: 0 })).rejects.toThrow(
      'offset: must be at least 1',
    )
  })
})

describe('large files', () => {
  test('cuts a line of a million columns', async () => {
    const readFile = readFileTool({
      root: await projectFolder({ 'a.txt': `${'é'.repeat(1_000_000)}\nnext\n` }),
    })

    const text = await textFrom(readFile, { path: 'a.txt' })

    expect(text).toBe(`     1\t${'é'.repeat(2_000)}… [cut; the line has 2000000 bytes]\n     2\tnext`)
  })

  test('never cuts a character in half', async () => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': `x${'👍'.repeat(2_000)}\n` }) })

    const text = await textFrom(readFile, { path: 'a.txt' })

    expect(text).toBe(`     1\tx${'👍'.repeat(999)}… [cut; the line has 8001 bytes]`)
  })

  test('reads the start of a huge file in little memory, and does not count its lines', async () => {
    const root = await projectFolder()
    const file = await open(join(root, 'huge.log'), 'w')
    await file.write(manyLines(3_000))
    await file.truncate(3_000_000_000)
    await file.close()
    const readFile = readFileTool({ root })
    const before = process.memoryUsage().arrayBuffers

    const text = await textFrom(readFile, { path: 'huge.log' })

    expect(text).toMatch(
      /\n {2}2000\tline 2000\n\[lines 1-2000 of a large file; continue with offset 2001\]$/,
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })
})

describe('what cannot be shown', () => {
  test('names the files that are nearly so called', async () => {
    const root = await projectFolder({
      'src/agent.ts': '',
      'src/agents.ts': '',
      'src/Tool.ts': '',
      'src/zebra.md': '',
    })
    const readFile = readFileTool({ root })

    expect(await errorFrom(readFile, { path: 'src/agnet.ts' })).toBe(
      'tool.failed: There is no src/agnet.ts. Did you mean src/agent.ts or src/agents.ts?',
    )
    expect(await errorFrom(readFile, { path: 'src/tool.ts' })).toContain('Did you mean src/Tool.ts?')
    expect(await errorFrom(readFile, { path: 'src/quite-other' })).toBe(
      'tool.failed: There is no src/quite-other. Use glob to find the file.',
    )
    expect(await errorFrom(readFile, { path: 'scr/agent.ts' })).toBe(
      'tool.failed: There is no scr/agent.ts: the folder scr does not exist. Use glob to find the file.',
    )
  })

  test('sends folders to glob, and refuses binary files', async () => {
    const root = await projectFolder({
      'src/a.bin': Buffer.from([1, 0, 2]),
      'a.utf16': Buffer.from('hi', 'utf16le'),
    })
    const readFile = readFileTool({ root })

    expect(await errorFrom(readFile, { path: 'src' })).toBe(
      'tool.failed: src is a folder; list it with glob, such as pattern "src/**".',
    )
    expect(await errorFrom(readFile, { path: 'src/a.bin' })).toBe(
      'tool.failed: src/a.bin is a binary file (or UTF-16 text); it cannot be shown as text.',
    )
    expect(await errorFrom(readFile, { path: 'a.utf16' })).toContain('UTF-16')
  })

  test('says so when a part of the path is a file', async () => {
    const readFile = readFileTool({ root: await projectFolder({ 'a.txt': 'x' }) })

    expect(await errorFrom(readFile, { path: 'a.txt/b' })).toBe(
      'tool.failed: There is no a.txt/b: the folder a.txt does not exist. Use glob to find the file.',
    )
  })
})
