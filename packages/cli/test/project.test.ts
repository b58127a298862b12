import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findProject } from '../src/project.ts'

const SOURCE = fileURLToPath(new URL('../src/project.ts', import.meta.url))
/** `nobody` on Linux. */
const SOMEBODY = 65_534

let root: string
let deep: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-project-'))
  deep = join(root, 'a', 'b')
  mkdirSync(deep, { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

describe('findProject', () => {
  test('finds none where there is neither .git nor .heddle', () => {
    expect(findProject(deep)).toBeNull()
  })

  test('takes the nearest folder with either of them', () => {
    mkdirSync(join(root, '.git'))
    const byGit = findProject(deep)
    mkdirSync(join(root, 'a', '.heddle'))
    const byHeddle = findProject(deep)

    expect([byGit, byHeddle]).toEqual([root, join(root, 'a')])
  })

  test('knows a worktree, whose .git is a file, and takes no file for .heddle', () => {
    writeFileSync(join(root, '.git'), 'gitdir: elsewhere\n')
    writeFileSync(join(root, 'a', '.heddle'), '')

    expect(findProject(deep)).toBe(root)
  })

  test.skipIf(process.getuid?.() !== 0)('passes over what somebody else has put there', () => {
    mkdirSync(join(root, '.heddle'))
    mkdirSync(join(root, 'a', '.heddle'))
    chownSync(join(root, '.heddle'), SOMEBODY, SOMEBODY)
    const code = `import { findProject } from ${JSON.stringify(SOURCE)}; process.setuid(${SOMEBODY}); console.log(findProject(${JSON.stringify(deep)}))`
    execFileSync('chmod', ['-R', 'a+rX', root])

    const found = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      encoding: 'utf8',
    })

    expect(found.trim()).toBe(root)
  })
})
