import { execFile } from 'node:child_process'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { isAgentError } from '@heddle/core'
import { isInside, openForReading, resolveInWorkspace } from '../src/workspace-path.ts'
import { projectFolder } from './project-folder.ts'

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (thrown) {
    if (isAgentError(thrown)) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
  throw new Error('Nothing was refused.')
}

describe('paths inside the project', () => {
  test.each([
    ['a.txt', 'a.txt', true],
    ['./src/../a.txt', 'a.txt', true],
    ['src', 'src', true],
    ['.', '.', true],
    ['src/new/deep.txt', 'src/new/deep.txt', false],
    ['~/x', '~/x', false],
    ['...', '...', false],
    ['-rf', '-rf', false],
    ['日本/ü.txt', '日本/ü.txt', true],
  ])('takes %j for %j', async (given, shown, exists) => {
    const root = await projectFolder({ 'a.txt': '', 'src/b.txt': '', '日本/ü.txt': '' })

    const place = await resolveInWorkspace(root, given)

    expect(place).toEqual({ real: shown === '.' ? root : join(root, shown), shown, exists, realRoot: root })
  })

  test('takes absolute paths, also through another name of the project folder', async () => {
    const root = await projectFolder({ 'a.txt': '' })
    const alias = join(dirname(root), 'alias')
    await symlink(root, alias)

    const place = await resolveInWorkspace(alias, join(alias, 'a.txt'))

    expect(place).toEqual({ real: join(root, 'a.txt'), shown: 'a.txt', exists: true, realRoot: root })
    expect((await resolveInWorkspace(alias, join(root, 'a.txt'))).shown).toBe('a.txt')
  })

  test('follows links that stay inside, and shows where they lead', async () => {
    const root = await projectFolder({ 'src/a.txt': '' })
    await symlink('src', join(root, 'link'))

    expect((await resolveInWorkspace(root, 'link/a.txt')).shown).toBe('src/a.txt')
  })

  test('knows a folder from one whose name only begins like it', () => {
    expect([
      isInside('/ws', '/ws'),
      isInside('/ws', '/ws/a'),
      isInside('/ws', '/ws-evil/a'),
      isInside('/', '/a'),
    ]).toEqual([true, true, false, true])
  })
})

describe('paths that lead outside', () => {
  test.each([
    '../secret.txt',
    '/etc/passwd',
    'src/../../ws-evil/secret.txt',
    '..',
    '/',
    '/proc/self/root/etc/passwd',
  ])('refuses %j', async (given) => {
    const root = await projectFolder({ 'src/a.txt': '' })

    expect(await refusal(resolveInWorkspace(root, given))).toBe(
      `tool.failed: ${JSON.stringify(given)} is outside the project folder ${root}; only paths inside it can be used.`,
    )
  })

  test('refuses the folder whose name begins like the project', async () => {
    const root = await projectFolder()
    await mkdir(`${root}-evil`)
    await writeFile(`${root}-evil/secret.txt`, 'secret')

    expect(await refusal(resolveInWorkspace(root, `${root}-evil/secret.txt`))).toContain(
      'is outside the project folder',
    )
  })

  test.each([
    ['a link to a file', 'link', '/etc/passwd'],
    ['a link to a folder', 'link/passwd', '/etc'],
    ['a link to a link', 'link', 'second'],
    ['a relative link', 'link', '../secret.txt'],
    ['a new file behind a link', 'link/new.txt', '/tmp'],
    ['a link through /proc', 'link', '/proc/self/root/etc/passwd'],
  ])('refuses %s', async (_title, given, target) => {
    const root = await projectFolder()
    await writeFile(join(dirname(root), 'secret.txt'), 'secret')
    await symlink('/etc/passwd', join(root, 'second'))
    await symlink(target, join(root, 'link'))

    expect(await refusal(resolveInWorkspace(root, given))).toContain('is outside the project folder')
  })

  test('refuses a link to nothing, which a write would follow', async () => {
    const root = await projectFolder()
    await symlink(join(dirname(root), 'not-yet'), join(root, 'link'))

    expect(await refusal(resolveInWorkspace(root, 'link'))).toBe(
      'tool.failed: "link" goes through a link to something that does not exist; use a path without it.',
    )
  })

  test('opens nothing outside while a folder and a link keep changing places', async () => {
    const root = await projectFolder({ 'dir/f.txt': 'inside' })
    const evil = join(dirname(root), 'evil')
    await mkdir(evil)
    await writeFile(join(evil, 'f.txt'), 'outside')
    await symlink(evil, join(root, 'link'))
    const stop = new AbortController()
    const flipping = (async () => {
      for (let flips = 0; !stop.signal.aborted; flips++) {
        await rename(join(root, 'dir'), join(root, 'spare'))
        await rename(join(root, 'link'), join(root, 'dir'))
        await rename(join(root, 'dir'), join(root, 'link'))
        await rename(join(root, 'spare'), join(root, 'dir'))
        // Without a moment of rest the reader would hardly ever find the folder.
        if (flips % 10 === 0) await delay(1)
      }
    })()

    const seen = { inside: 0, outside: 0 }
    while (seen.inside < 300 && seen.outside === 0) {
      try {
        const { handle } = await openForReading(root, 'dir/f.txt')
        seen[(await handle.readFile()).toString() as keyof typeof seen]++
        await handle.close()
      } catch (thrown) {
        if (!isAgentError(thrown)) throw thrown
      }
    }
    stop.abort()
    await flipping

    expect(seen).toEqual({ inside: 300, outside: 0 })
  })
})

describe('what cannot be used at all', () => {
  test.each([
    ['', 'The path is empty; give one relative to the project folder, such as src/index.ts.'],
    ['a\0b', 'The path holds a NUL character; no file has such a name.'],
    ['x'.repeat(300), `The path ${'x'.repeat(80)}… is longer than the system allows.`],
    ['loop', 'loop goes through links that lead in a circle.'],
  ])('says what is wrong with %j', async (given, sentence) => {
    const root = await projectFolder()
    await symlink('loop', join(root, 'loop'))

    expect(await refusal(resolveInWorkspace(root, given))).toBe(`tool.failed: ${sentence}`)
  })

  test('says so when the project folder was deleted', async () => {
    const root = await projectFolder()
    await rm(root, { recursive: true })

    expect(await refusal(resolveInWorkspace(root, 'a.txt'))).toBe(
      `tool.failed: The project folder ${root} cannot be used any more; it may have been moved or deleted.`,
    )
  })

  test('refuses pipes and devices without waiting for them', async () => {
    const root = await projectFolder()
    await promisify(execFile)('mkfifo', [join(root, 'pipe')])

    expect(await refusal(openForReading(root, 'pipe'))).toBe(
      'tool.failed: pipe is a named pipe, not a regular file; it cannot be read or written here.',
    )
    expect(await refusal(openForReading('/dev', 'null'))).toBe(
      'tool.failed: null is a device, not a regular file; it cannot be read or written here.',
    )
  })
})
