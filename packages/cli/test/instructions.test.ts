import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { composeInstructions, readProjectNotes } from '../src/instructions.ts'

describe('composeInstructions', () => {
  test('is below 2 KB, names the project and is the same every time', () => {
    const text = composeInstructions({ root: '/home/me/project', notes: null })

    expect(Buffer.byteLength(text)).toBeLessThan(2_048)
    expect(text).toContain('The project folder is /home/me/project.')
    expect(composeInstructions({ root: '/home/me/project', notes: null })).toBe(text)
  })

  test('puts marked project notes after it, and what the user adds last', () => {
    const text = composeInstructions({
      root: '/p',
      notes: 'Use tabs.\n',
      system: 'Be a pirate.',
      appendedSystem: 'Last.',
    })

    expect(text).toMatch(
      /^Be a pirate\.\n\n.*AGENTS\.md.*\n\n<project-notes>\nUse tabs\.\n<\/project-notes>\n\nLast\.$/s,
    )
  })
})

describe('readProjectNotes', () => {
  let root: string
  beforeEach(async () => {
    root = join(await mkdtemp(join(tmpdir(), 'heddle-notes-')), 'project')
    await mkdir(root)
  })
  afterEach(() => rm(join(root, '..'), { recursive: true }))

  test('reads AGENTS.md, also through a link inside the project', async () => {
    await writeFile(join(root, 'CLAUDE.md'), 'Use tabs.')
    await symlink('CLAUDE.md', join(root, 'AGENTS.md'))

    expect(await readProjectNotes(root)).toBe('Use tabs.')
  })

  test('cuts what is too long between two characters, and says so', async () => {
    await writeFile(join(root, 'AGENTS.md'), 'a' + 'é'.repeat(20_000))

    const notes = await readProjectNotes(root)

    expect(notes).toBe(
      'a' +
        'é'.repeat(16_383) +
        '\n[AGENTS.md is longer than 32 KB; the rest is left out. Read the file when you need it.]',
    )
  })

  test('does without a missing file, a folder, a pipe, and a link out of the project', async () => {
    const missing = await readProjectNotes(root)
    await mkdir(join(root, 'AGENTS.md'))
    const asFolder = await readProjectNotes(root)
    await rm(join(root, 'AGENTS.md'), { recursive: true })
    execFileSync('mkfifo', [join(root, 'AGENTS.md')])
    const asPipe = await readProjectNotes(root)
    await rm(join(root, 'AGENTS.md'))
    await writeFile(join(root, '..', 'secret'), 'key')
    await symlink('../secret', join(root, 'AGENTS.md'))
    const asLink = await readProjectNotes(root)

    expect([missing, asFolder, asPipe, asLink]).toEqual([null, null, null, null])
  })
})
