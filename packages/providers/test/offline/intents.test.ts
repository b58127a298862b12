import { expect, test } from 'vitest'
import { EVERYWHERE } from '../../src/offline/intent.ts'
import type { Intent, Scope } from '../../src/offline/intent.ts'
import { parseIntent } from '../../src/offline/intents.ts'

const TODO = ['TODO', 'FIXME']
const TS = '*.{ts,tsx,mts,cts}'
const at = (path: string | null, glob: string | null = null): Scope => ({ path, glob })
const markers = (words: string[], scope = EVERYWHERE): Intent => ({ kind: 'markers', words, scope })
const find = (text: string, rest: Partial<Extract<Intent, { kind: 'find' }>> = {}): Intent => ({
  kind: 'find',
  query: { text, regex: false },
  purpose: 'text',
  filesOnly: false,
  scope: EVERYWHERE,
  ...rest,
})
const regex = (text: string, scope = EVERYWHERE): Intent =>
  find(text, { query: { text, regex: true }, scope })
const definition = (text: string): Intent => find(text, { purpose: 'definition' })
const usage = (text: string, scope = EVERYWHERE): Intent => find(text, { purpose: 'usage', scope })
const inFiles = (text: string, purpose: 'text' | 'usage' = 'text'): Intent =>
  find(text, { purpose, filesOnly: true })
const list = (scope = EVERYWHERE, foldersOnly = false): Intent => ({ kind: 'list', foldersOnly, scope })
const read = (path: string, first?: number, end: number | null = null): Intent => ({
  kind: 'read',
  targets: [{ path }],
  range: first === undefined ? null : { first, end },
  outline: false,
})
const outline = (path: string): Intent => ({ kind: 'read', targets: [{ path }], range: null, outline: true })
const count = (what: 'files' | 'folders' | 'lines', scope = EVERYWHERE): Intent => ({
  kind: 'count',
  count: { what },
  scope,
})
const countText = (text: string): Intent => ({
  kind: 'count',
  count: { what: 'text', query: { text, regex: false } },
  scope: EVERYWHERE,
})
const overview = (path: string | null = null): Intent => ({ kind: 'overview', path })
const help = (reason: Extract<Intent, { kind: 'help' }>['reason']): Intent => ({ kind: 'help', reason })

const PROMPTS: readonly (readonly [string, Intent])[] = [
  ['Find all TODO comments', markers(TODO)],
  ['can you please find all TODO comments?', markers(TODO)],
  ['find all TODO comments in src', markers(TODO, at('src'))],
  ['find TODO comments in Python files under src', markers(TODO, at('src', '*.py'))],
  ['TODO/FIXME in *.ts files', markers(TODO, at(null, '*.ts'))],
  ['any todos left?', markers(TODO)],
  ['where are the TODOs?', markers(TODO)],
  ['show me all todo comments', markers(TODO)],
  ['TODO', markers(TODO)],
  ['list every FIXME', markers(['FIXME'])],
  ['HACK comments in Python files', markers(['HACK'], at(null, '*.py'))],
  ['Finde alle TODO-Kommentare', markers(TODO)],
  ['find the todo component', find('todo component')],
  ['find mastodon', find('mastodon')],
  ['find "TODO list"', find('TODO list')],
  ['search for parseConfig', find('parseConfig')],
  ['search for hello world', find('hello world')],
  ['grep for console.log', find('console.log')],
  ['find "exact phrase here" in src', find('exact phrase here', { scope: at('src') })],
  ["find 'it works' in docs/guide", find('it works', { scope: at('docs/guide') })],
  ['find errors in the logs folder', find('errors', { scope: at('logs') })],
  ['suche nach parseConfig in src', find('parseConfig', { scope: at('src') })],
  ['trouve parseConfig', find('parseConfig')],
  ['busca parseConfig en src', find('parseConfig', { scope: at('src') })],
  ['search for import', usage('import')],
  ['find /foo.*bar/i in src', regex('(?i)foo.*bar', at('src'))],
  ['find foo.*bar', regex('foo.*bar')],
  ['grep ^import in TypeScript files', regex('^import', at(null, TS))],
  ['where is parseConfig defined?', definition('parseConfig')],
  ['where is parseConfig', definition('parseConfig')],
  ['find the function parseConfig', definition('parseConfig')],
  ['what is parseConfig', definition('parseConfig')],
  ['explain parseConfig', definition('parseConfig')],
  ['show parseConfig', definition('parseConfig')],
  ['parseConfig', definition('parseConfig')],
  ['where is parseConfig used', usage('parseConfig')],
  ['show me where parseConfig is used', usage('parseConfig')],
  ['find all uses of AgentError in packages/core', usage('AgentError', at('packages/core'))],
  ['look for usages of sleep() in packages/core/src', usage('sleep', at('packages/core/src'))],
  ['Where do we use setTimeout in *.ts?', usage('setTimeout', at(null, '*.ts'))],
  ['who calls runAgent?', usage('runAgent')],
  ['where is config.json used', usage('config.json')],
  ['which files import express', inFiles('express', 'usage')],
  ['which files contain "use strict"', inFiles('use strict')],
  ['files that mention Anthropic', inFiles('Anthropic')],
  ['list the files in src', list(at('src'))],
  ['list all files', list()],
  ['ls', list()],
  ['ls src', list(at('src'))],
  ['show src/', list(at('src'))],
  ["what's in src?", list(at('src'))],
  ['which markdown files are there?', list(at(null, '*.{md,mdx,markdown}'))],
  ['what files are in packages/core?', list(at('packages/core'))],
  ['show me the files in src', list(at('src'))],
  ['list folders', list(EVERYWHERE, true)],
  ['list folders in packages', list(at('packages'), true)],
  ['*.md', list(at(null, '*.md'))],
  ['find config.json', list(at(null, 'config.json'))],
  ['where is tsconfig.json', list(at(null, 'tsconfig.json'))],
  ['find files named config', list(at(null, '*config*'))],
  ['show all config files', list(at(null, '*config*'))],
  ['list test files', list(at(null, '*{.,_,-}{test,spec}.*'))],
  ['liste die Dateien in src', list(at('src'))],
  ['show README.md', read('README.md')],
  ['README.md', read('README.md')],
  ['zeige README.md', read('README.md')],
  ['montre README.md', read('README.md')],
  ['muestra README.md', read('README.md')],
  ['open src/a.ts lines 10-30', read('src/a.ts', 10, 30)],
  ['show lines 30 to 10 of src/a.ts', read('src/a.ts', 10, 30)],
  ['read src/a.ts:10-30', read('src/a.ts', 10, 30)],
  ['src/a.ts#L5', read('src/a.ts', 5, 5)],
  ['first 20 lines of src/a.ts', read('src/a.ts', 1, 20)],
  ['show line 7 of src/a.ts', read('src/a.ts', 7, 7)],
  [
    'show the last 5 lines of CHANGELOG.md',
    { kind: 'read', targets: [{ path: 'CHANGELOG.md' }], range: { last: 5 }, outline: false },
  ],
  [
    'show a.ts and b.ts',
    { kind: 'read', targets: [{ path: 'a.ts' }, { path: 'b.ts' }], range: null, outline: false },
  ],
  [
    'show the readme',
    {
      kind: 'read',
      targets: [{ lookup: '{README,Readme,readme}*', label: 'readme' }],
      range: null,
      outline: false,
    },
  ],
  [
    'show config',
    { kind: 'read', targets: [{ lookup: '*config*', label: 'config' }], range: null, outline: false },
  ],
  ['explain src/a.ts', outline('src/a.ts')],
  ['what does src/a.ts do?', outline('src/a.ts')],
  ['summarize README.md', outline('README.md')],
  ['how many TypeScript files are there?', count('files', at(null, TS))],
  ['count the files in src', count('files', at('src'))],
  ['wie viele Dateien gibt es?', count('files')],
  ['combien de fichiers y a-t-il ?', count('files')],
  ['cuántos archivos hay en src?', count('files', at('src'))],
  ['number of folders', count('folders')],
  ['how many lines are in src/a.ts', count('lines', at('src/a.ts'))],
  ['how many lines of TypeScript code', count('lines', at(null, TS))],
  ['count the lines of markdown', count('lines', at(null, '*.{md,mdx,markdown}'))],
  ['which file has the most lines?', count('lines')],
  ['how many times is parseConfig used?', countText('parseConfig')],
  ['how often does "foo bar" occur', countText('foo bar')],
  [
    'how many TODOs are there?',
    { kind: 'count', count: { what: 'markers', words: TODO }, scope: EVERYWHERE },
  ],
  ['what is this project?', overview()],
  ['give me an overview', overview()],
  ['summarise the layout of this project', overview()],
  ['tell me about this repo', overview()],
  ['list the dependencies', overview()],
  ['describe the structure of packages/core', overview('packages/core')],
  ['describe packages/core', overview('packages/core')],
  ['Was ist das für ein Projekt?', overview()],
  ['hello', help('greeting')],
  ['what can you do?', help('greeting')],
  ['fix the bug in a.ts', help('change')],
  ['write a poem', help('change')],
  ['what changed?', help('version-control')],
  ['how does authentication work?', help('unclear')],
  ['banana', help('unclear')],
  ['what is 2+2', help('unclear')],
  ['', help('empty')],
  ['  \n ', help('empty')],
  ['🙂🙂', help('empty')],
  ['???', help('empty')],
]

for (const [prompt, intent] of PROMPTS) {
  test(`understands ${JSON.stringify(prompt)}`, () => {
    expect(parseIntent(prompt)).toEqual(intent)
  })
}

test('takes the fenced block at the end of a prompt for piped text', () => {
  const intent = parseIntent('review this\n\n````\na\n```\nb\n```\n````')

  expect(intent).toEqual({ kind: 'attachment', text: 'a\n```\nb\n```', look: null })
})

test('looks for what the question names in piped text', () => {
  const intent = parseIntent('find all TODO comments\n\n```\nx\n```')

  expect(intent).toEqual({ kind: 'attachment', text: 'x', look: { what: 'markers', words: TODO } })
})

test('takes a prompt that is a diff alone, or a long paste, for piped text', () => {
  const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b'
  const paste = `what is this?\n${'some line\n'.repeat(50)}`

  expect(parseIntent(diff)).toEqual({ kind: 'attachment', text: diff, look: null })
  expect(parseIntent(paste)).toEqual({
    kind: 'attachment',
    text: 'some line\n'.repeat(50).trim(),
    look: null,
  })
})

test.each([
  ['a megabyte of one letter', 'a'.repeat(1_000_000)],
  ['a megabyte of quotes', `find ${"'".repeat(1_000_000)}`],
  ['a megabyte of slashes', `find ${'/'.repeat(1_000_000)}`],
  ['a megabyte of backticks', '`'.repeat(1_000_000)],
  ['a megabyte of blank lines and fences', '```\n\n'.repeat(200_000)],
  ['a megabyte of open brackets', `search ${'('.repeat(1_000_000)}`],
  ['unpaired surrogates and zero bytes', 'find \ud800\u0000\udfff'],
])('finds an intent for %s', (_, prompt) => {
  expect(parseIntent(prompt).kind).toMatch(/^(?:attachment|help|find|read|list)$/)
})
