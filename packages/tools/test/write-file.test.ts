import { chmod, link, mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeFileTool } from '../src/write-file.ts'
import { errorFrom, textFrom } from './call-tool.ts'
import { projectFolder } from './project-folder.ts'

describe('writing', () => {
  test('creates a file and the folders it needs', async () => {
    const root = await projectFolder()
    const writeFile = writeFileTool({ root })

    const text = await textFrom(writeFile, { path: 'new/日本/ü.txt', content: 'größe\n2\n' })

    expect(text).toBe('Wrote 10 bytes (2 lines) to new/日本/ü.txt (created).')
    expect(await readFile(join(root, 'new/日本/ü.txt'), 'utf8')).toBe('größe\n2\n')
  })

  test('replaces a file, keeps its mode and leaves no other file behind', async () => {
    const root = await projectFolder({ 'run.sh': 'old' })
    await chmod(join(root, 'run.sh'), 0o751)
    const writeFile = writeFileTool({ root })

    const text = await textFrom(writeFile, { path: 'run.sh', content: 'new' })

    expect(text).toBe('Wrote 3 bytes (1 line) to run.sh (replaced).')
    expect(await readFile(join(root, 'run.sh'), 'utf8')).toBe('new')
    expect((await stat(join(root, 'run.sh'))).mode & 0o7777).toBe(0o751)
    expect(await readdir(root)).toEqual(['run.sh'])
  })

  test('writes what a link inside the project points at, and keeps the link', async () => {
    const root = await projectFolder({ 'real.txt': 'old' })
    await symlink('real.txt', join(root, 'link.txt'))
    const writeFile = writeFileTool({ root })

    const text = await textFrom(writeFile, { path: 'link.txt', content: 'new' })

    expect(text).toBe('Wrote 3 bytes (1 line) to real.txt (replaced).')
    expect(await readFile(join(root, 'link.txt'), 'utf8')).toBe('new')
    expect(await readFile(join(root, 'real.txt'), 'utf8')).toBe('new')
  })

  test('leaves the other name of a hard link alone', async () => {
    const root = await projectFolder({ 'store/a.txt': 'shared' })
    await link(join(root, 'store/a.txt'), join(root, 'a.txt'))
    const writeFile = writeFileTool({ root })

    await textFrom(writeFile, { path: 'a.txt', content: 'mine' })

    expect(await readFile(join(root, 'store/a.txt'), 'utf8')).toBe('shared')
  })

  test('writes an empty file', async () => {
    const writeFile = writeFileTool({ root: await projectFolder() })

    expect(await textFrom(writeFile, { path: 'empty', content: '' })).toBe(
      'Wrote 0 bytes (0 lines) to empty (created).',
    )
  })

  test('ends with one whole content when many write the same file at once', async () => {
    const root = await projectFolder()
    const writeFile = writeFileTool({ root })
    const contents = Array.from({ length: 8 }, (_, at) => String(at).repeat(100_000))

    const texts = await Promise.all(
      contents.map((content) => textFrom(writeFile, { path: 'a.txt', content })),
    )

    expect(contents).toContain(await readFile(join(root, 'a.txt'), 'utf8'))
    expect(texts.filter((text) => text.includes('(created)'))).toHaveLength(1)
    expect(await readdir(root)).toEqual(['a.txt'])
  })
})

describe('refusing', () => {
  test('refuses folders and paths below files', async () => {
    const root = await projectFolder({ 'a.txt': 'x' })
    await mkdir(join(root, 'src'))
    const writeFile = writeFileTool({ root })

    expect(await errorFrom(writeFile, { path: 'src', content: '' })).toBe(
      'tool.failed: src is a folder; list it with glob, such as pattern "src/**".',
    )
    expect(await errorFrom(writeFile, { path: '.', content: '' })).toContain('is a folder')
    expect(await errorFrom(writeFile, { path: 'a.txt/b', content: '' })).toBe(
      'tool.failed: A part of a.txt/b is a file, not a folder.',
    )
  })

  test('writes nothing through a link that leads outside', async () => {
    const root = await projectFolder()
    const outside = await projectFolder({ rc: 'untouched' })
    await symlink(join(outside, 'rc'), join(root, 'out'))
    await symlink(outside, join(root, 'dir'))
    const writeFile = writeFileTool({ root })

    expect(await errorFrom(writeFile, { path: 'out', content: 'x' })).toContain(
      'is outside the project folder',
    )
    expect(await errorFrom(writeFile, { path: 'dir/new', content: 'x' })).toContain(
      'is outside the project folder',
    )
    expect(await readdir(outside)).toEqual(['rc'])
    expect(await readFile(join(outside, 'rc'), 'utf8')).toBe('untouched')
  })

  test('changes nothing after an abort', async () => {
    const root = await projectFolder({ 'a.txt': 'old' })
    const writeFile = writeFileTool({ root })

    const error = await errorFrom(writeFile, { path: 'a.txt', content: 'new' }, AbortSignal.abort())

    expect(error).toBe('tool.interrupted: The write was stopped before anything changed.')
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('old')
    expect(await readdir(root)).toEqual(['a.txt'])
  })
})
