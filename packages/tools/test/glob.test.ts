import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { rgPath } from '@vscode/ripgrep'
import { describe, expect, test } from 'vitest'
import { globTool } from '../src/glob.ts'
import { errorFrom, textFrom } from './call-tool.ts'
import { projectFolder } from './project-folder.ts'

const FILES = Object.fromEntries(
  [
    '.gitignore',
    '.github/ci.yml',
    '.git/HEAD',
    'README.md',
    'dist/out.ts',
    'package.json',
    'src/a.ts',
    'src/b.test.ts',
    'src/deep/c.tsx',
    'src/deep/größe 日本.md',
    'test/a.ts',
  ].map((path) => [path, path === '.gitignore' ? 'dist/\n' : 'x']),
)

describe('what is listed', () => {
  test.each([
    [
      '*',
      [
        '.github/ci.yml',
        '.gitignore',
        'README.md',
        'package.json',
        'src/a.ts',
        'src/b.test.ts',
        'src/deep/c.tsx',
        'src/deep/größe 日本.md',
        'test/a.ts',
      ],
    ],
    ['./*', ['.gitignore', 'README.md', 'package.json']],
    ['*.ts', ['src/a.ts', 'src/b.test.ts', 'test/a.ts']],
    ['src/*', ['src/a.ts', 'src/b.test.ts']],
    ['src/', ['src/a.ts', 'src/b.test.ts', 'src/deep/c.tsx', 'src/deep/größe 日本.md']],
    ['src/**/*.{ts,tsx}', ['src/a.ts', 'src/b.test.ts', 'src/deep/c.tsx']],
    ['**/a.ts', ['src/a.ts', 'test/a.ts']],
    ['{src,test}/a.ts', ['src/a.ts', 'test/a.ts']],
    ['*.md', ['README.md', 'src/deep/größe 日本.md']],
    [
      '!*.ts',
      [
        '.github/ci.yml',
        '.gitignore',
        'README.md',
        'package.json',
        'src/deep/c.tsx',
        'src/deep/größe 日本.md',
      ],
    ],
    ['dist/*', ['No files match "dist/*" in the project.']],
    ['größe ??.md', ['src/deep/größe 日本.md']],
    ['src', ['No files match "src" in the project.']],
    ['--files', ['No files match "--files" in the project.']],
  ])('lists %j', async (pattern, paths) => {
    const glob = globTool({ root: await projectFolder(FILES) })

    expect((await textFrom(glob, { pattern })).split('\n')).toEqual(paths)
  })

  test('takes a pattern as seen from the path', async () => {
    const root = await projectFolder(FILES)
    const glob = globTool({ root })

    expect(await textFrom(glob, { pattern: 'deep/*.tsx', path: 'src' })).toBe('src/deep/c.tsx')
    expect(await textFrom(glob, { pattern: '*.ts', path: 'test' })).toBe('test/a.ts')
    expect(await textFrom(glob, { pattern: `${root}/src/*.ts` })).toBe('src/a.ts\nsrc/b.test.ts')
    expect(await textFrom(glob, { pattern: '*.py', path: 'src' })).toBe('No files match "*.py" in src.')
  })

  test.each([
    '*.ts',
    '**/*.md',
    '/src/*',
    'src/**',
    '**/deep/*',
    '*.{ts,md}',
    's?c/[ab]*',
    '[!s]*/*.ts',
    '/*.md',
    'src/{a,deep/c}.ts*',
  ])('agrees with ripgrep about %j where nothing is ignored', async (pattern) => {
    const { '.gitignore': _ignore, '.git/HEAD': _git, ...files } = FILES
    const root = await projectFolder(files)
    const reference = await promisify(execFile)(
      rgPath,
      ['--no-config', '--hidden', '--files', '--sort=path', `--glob=${pattern}`],
      { cwd: root },
    )

    expect(await textFrom(globTool({ root }), { pattern })).toBe(reference.stdout.trimEnd())
  })
})

describe('ignore files of the folders above', () => {
  const project = {
    '.gitignore': '/dist\n*.log\n',
    'a.ts': '',
    'dist/b.ts': '',
    'src/c.ts': '',
    'src/d.log': '',
  }

  test.each(['.gitignore', '.ignore'])('do not count outside a git repository: %s', async (name) => {
    const root = await projectFolder(project)
    await writeFile(join(dirname(root), name), '*\n')
    const glob = globTool({ root })

    expect(await textFrom(glob, { pattern: '*' })).toBe('.gitignore\na.ts\nsrc/c.ts')
    expect(await textFrom(glob, { pattern: '*', path: 'src' })).toBe('src/c.ts')
  })

  test('count inside one, as git has it', async () => {
    const root = await projectFolder(project)
    await writeFile(join(dirname(root), '.gitignore'), 'c.ts\n')
    await mkdir(join(dirname(root), '.git'))

    expect(await textFrom(globTool({ root }), { pattern: '*' })).toBe('.gitignore\na.ts')
  })
})

describe('bounds', () => {
  test('lists 200 files and counts the others', async () => {
    const names = Array.from({ length: 260 }, (_, at) => [`f${String(at).padStart(3, '0')}.txt`, ''] as const)
    const glob = globTool({ root: await projectFolder(Object.fromEntries(names)) })

    const lines = (await textFrom(glob, { pattern: '*' })).split('\n')

    expect(lines.slice(-2)).toEqual([
      'f199.txt',
      '[showing 200 of 260 files; narrow the pattern or raise max_results]',
    ])
    expect(await textFrom(glob, { pattern: '*', max_results: 1 })).toMatch(
      /^f000\.txt\n\[showing 1 of 260 files; /,
    )
  })

  test('says so when a folder is empty', async () => {
    const glob = globTool({ root: await projectFolder() })

    expect(await textFrom(glob, { pattern: '*' })).toBe('No files match "*" in the project.')
  })
})

describe('what is refused', () => {
  test('refuses files, missing folders and paths outside', async () => {
    const glob = globTool({ root: await projectFolder(FILES) })

    expect(await errorFrom(glob, { pattern: '*', path: 'src/a.ts' })).toBe(
      'tool.failed: src/a.ts is a file; give a folder as path, or read it with read_file.',
    )
    expect(await errorFrom(glob, { pattern: '*', path: 'tests' })).toBe(
      'tool.failed: There is no tests. Did you mean test?',
    )
    expect(await errorFrom(glob, { pattern: '*', path: '..' })).toContain('is outside the project folder')
    expect(await errorFrom(glob, { pattern: '{a,b}'.repeat(20) })).toBe(
      'tool.failed: The pattern has more than 1000 alternatives; use fewer braces.',
    )
  })
})
