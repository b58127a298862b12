import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
/** Below the root, so that the snippets resolve the workspace's packages as a reader's project would. */
const folder = join(root, 'node_modules/.cache/heddle/snippets')

interface Snippet {
  readonly file: string
  readonly line: number
  readonly code: string
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length + 1,
    code: match[1] ?? '',
  }))
}

test('every TypeScript snippet of README and docs compiles', { timeout: 120_000 }, async () => {
  const pages = [
    'README.md',
    'docs/**/*.md',
    'packages/*/README.md',
    'examples/*/README.md',
    'bench/README.md',
  ]
  const snippets = globSync(pages, { cwd: root }).sort().flatMap(snippetsOf)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [at, { file, line, code }] of snippets.entries()) {
    writeFileSync(join(folder, `${at}.ts`), `// ${file}:${line}\n${code}\nexport {}\n`)
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        isolatedDeclarations: false,
        declaration: false,
        noUnusedLocals: false,
        lib: ['ES2024', 'ESNext', 'DOM'],
      },
      include: ['*.ts'],
    }),
  )

  const compiled = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder],
    { cwd: folder },
  ).then(
    () => '',
    (failure: { stdout: string }) => failure.stdout,
  )

  const located = compiled.replace(/^(\d+)\.ts\((\d+),/gm, (_all, at: string, line: string) => {
    const snippet = snippets[Number(at)]
    return `${snippet?.file ?? '?'}:${(snippet?.line ?? 0) + Number(line) - 2}:`
  })
  expect(located).toBe('')
  expect(snippets.length).toBeGreaterThan(4)
})
