import { expect, test } from 'vitest'
import { ZERO_USAGE, assistantMessage, userMessage } from '@heddle/core'
import type { ModelEvent } from '@heddle/core'
import { OFFLINE_MODEL_ID, offlineModel } from '../../src/offline.ts'
import { converse, toolSpecs } from './converse.ts'

const model = offlineModel()
/** A history in which the planner has introduced itself already. */
const KNOWN = [userMessage('hi'), { ...assistantMessage('Hello.'), model: OFFLINE_MODEL_ID }]
const READ = (text: string): string =>
  text
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(6)}\t${line}`)
    .join('\n')
const missing = (path: unknown): never => {
  throw new Error(`There is no file ${String(path)}.`)
}

test('announces itself in the first answer of a conversation only', async () => {
  const first = await converse(model, 'hello')
  const second = await converse(model, 'hello', {}, first.messages)

  expect(first.text.split('\n')[0]).toBe(
    'heddle/offline (rule-based planner, not a language model): to connect one, set ANTHROPIC_API_KEY or OPENAI_API_KEY, start Ollama, or name a model with `heddle -m provider/model`.',
  )
  expect(second.text).toMatch(/^Hello\. I am a small planner/)
})

test('announces itself when another model spoke before', async () => {
  const history = [userMessage('hi'), { ...assistantMessage('Hello.'), model: 'openai/gpt' }]

  const { text } = await converse(model, 'hello', {}, history)

  expect(text).toMatch(/^heddle\/offline \(rule-based planner, not a language model\)/)
})

test('lists TODO comments by file with line and text, apart from mentions of the word', async () => {
  const grep = (): string =>
    [
      'docs/a.md:3:- [ ] TODO write this page',
      'src/a.ts:12:  // TODO: use the cache',
      'src/a.ts:120:  const x = 1 /* FIXME(bo) overflow */',
      "src/b.ts:7:const title = 'TODO list'",
      'tool.py:1:# TODO',
    ].join('\n')

  const { rounds, text } = await converse(model, 'Find all TODO comments', { grep }, KNOWN)

  expect(rounds).toEqual([
    ['grep {"pattern":"\\\\b(TODO|FIXME)\\\\b","glob":"!**/node_modules/**","max_results":1000}'],
  ])
  expect(text.split('\n')).toEqual([
    '4 TODO/FIXME comments in 3 files (TODO 3, FIXME 1).',
    '',
    '    docs/a.md:3  - [ ] TODO write this page',
    '',
    '    src/a.ts:12   // TODO: use the cache',
    '    src/a.ts:120  const x = 1 /* FIXME(bo) overflow */',
    '',
    '    tool.py:1  # TODO',
    '',
    '1 other mention of the words, by the look of the line not a comment:',
    '',
    "    src/b.ts:7  const title = 'TODO list'",
  ])
})

test('says that there is no TODO comment', async () => {
  const { text } = await converse(
    model,
    'find TODOs in src',
    { grep: () => 'No matches for x in src.' },
    KNOWN,
  )

  expect(text).toMatch(/^None found: no TODO\/FIXME comment in src\./)
})

test('shows the first hundred of many matches and says how to narrow the search', async () => {
  const matches = Array.from(
    { length: 1000 },
    (_, index) => `src/a.ts:${index + 1}:// TODO number ${index + 1}`,
  )
  const grep = (): string =>
    [...matches, '[showing 1000 of 2400 matches; narrow the pattern or raise max_results]'].join('\n')

  const { text } = await converse(model, 'find all TODO comments', { grep }, KNOWN)

  const lines = text.split('\n')
  expect(lines[0]).toBe('Among the first matches: 1,000 TODO/FIXME comments in 1 file (TODO 1,000, FIXME 0).')
  expect(lines.filter((line) => line.startsWith('    src/a.ts:'))).toHaveLength(100)
  expect(lines.slice(-3)).toEqual([
    '… and 900 more.',
    '',
    'The search stopped at 1,000 of 2,400 matches. Name a folder or a kind of file to narrow it, for example "find TODO comments in src".',
  ])
})

test('widens a search for a definition step by step and stops after three rounds', async () => {
  const { rounds, text } = await converse(
    model,
    'where is parseConfig defined',
    { grep: () => 'No matches for that.' },
    KNOWN,
  )

  expect(
    rounds.map((round) => round[0]?.replace(/"pattern":"[^"]*parseConfig[^"]*\$[^"]*"/, '"pattern":"…"')),
  ).toEqual([
    'grep {"pattern":"…","max_results":1000}',
    'grep {"pattern":"parseConfig","literal":true,"max_results":1000}',
    'grep {"pattern":"parseConfig","literal":true,"ignore_case":true,"max_results":1000}',
  ])
  expect(text).toMatch(/^No matches for `parseConfig`\./)
})

test('searches everywhere when the place it guessed does not exist', async () => {
  const grep = ({ path }: Record<string, unknown>): string =>
    path === undefined ? 'a.txt:1:needle' : missing(path)

  const { text } = await converse(model, 'find needle in haystack', { grep }, KNOWN)

  expect(text.split('\n')).toEqual([
    'The `grep` tool failed: There is no file haystack. So the whole project was searched.',
    '',
    '1 match for `needle` in 1 file:',
    '',
    '    a.txt:1  needle',
  ])
})

test('says plainly that a tool failed, with its words', async () => {
  const grep = (): string => {
    throw new Error('regex parse error: unclosed group')
  }

  const { text, rounds } = await converse(model, 'find /foo(.*/', { grep }, KNOWN)

  expect(text).toBe('The `grep` tool failed: regex parse error: unclosed group')
  expect(rounds).toHaveLength(1)
})

test('prints a file in a fence that its text cannot close', async () => {
  const { text } = await converse(
    model,
    'show README.md',
    { read_file: () => READ('# A\n```sh\nls\n```') },
    KNOWN,
  )

  expect(text).toBe('README.md, 4 lines:\n\n````md\n# A\n```sh\nls\n```\n````')
})

test('reads the lines that were asked for', async () => {
  const read_file = (): string => '    10\tten\n    11\televen\n[lines 10-11 of 500; continue with offset 12]'

  const { text, rounds } = await converse(model, 'open src/a.ts lines 10-11', { read_file }, KNOWN)

  expect(rounds).toEqual([['read_file {"path":"src/a.ts","offset":10,"limit":2}']])
  expect(text).toBe('src/a.ts, lines 10 to 11 of 500:\n\n```ts\nten\neleven\n```')
})

test('says how to go on when a file is longer than one reading', async () => {
  const read_file = (): string => `${READ('a\nb')}\n[lines 1-2 of 5; continue with offset 3]`

  const { text } = await converse(model, 'show a.txt', { read_file }, KNOWN)

  expect(text).toBe(
    'a.txt, lines 1 to 2 of 5:\n\n```txt\na\nb\n```\n\nThe file goes on: ask "show a.txt lines 3-4".',
  )
})

test('reads the end of a long file with a second call', async () => {
  const read_file = ({ offset }: Record<string, unknown>): string =>
    offset === 4
      ? '     4\td\n     5\te\n[lines 4-5 of 5]'
      : `${READ('a\nb')}\n[lines 1-2 of 5; continue with offset 3]`

  const { text } = await converse(model, 'show the last 2 lines of a.txt', { read_file }, KNOWN)

  expect(text).toBe('a.txt, lines 4 to 5 of 5:\n\n```txt\nd\ne\n```')
})

test('finds a file in another folder when the path is wrong', async () => {
  const tools = {
    read_file: ({ path }: Record<string, unknown>): string =>
      path === 'src/a.ts' ? READ('x') : missing(path),
    glob: (): string => 'src/a.ts',
  }

  const { text, rounds } = await converse(model, 'show a.ts', tools, KNOWN)

  expect(rounds.flat()).toEqual([
    'read_file {"path":"a.ts"}',
    'glob {"pattern":"a.ts","max_results":2000}',
    'read_file {"path":"src/a.ts"}',
  ])
  expect(text).toBe(
    'The `read_file` tool failed: There is no file a.ts.\nThe file was found in another folder.\n\nsrc/a.ts, 1 line:\n\n```ts\nx\n```',
  )
})

test('asks which file is meant when several have the name', async () => {
  const { text } = await converse(
    model,
    'show config',
    { glob: () => 'a/config.ts\nb/config.json', read_file: () => '' },
    KNOWN,
  )

  expect(text).toBe('Which one? Ask for one of these by its path:\n\n    a/config.ts\n    b/config.json')
})

test('lists files, and sums a long list up by folder', async () => {
  const many = Array.from(
    { length: 150 },
    (_, index) => `${index < 50 ? 'docs' : 'src/deep'}/f${String(index).padStart(3, '0')}.md`,
  )

  const few = await converse(model, 'list *.md in docs', { glob: () => 'docs/a.md\ndocs/b.md' }, KNOWN)
  const long = await converse(model, 'list all files', { glob: () => many.join('\n') }, KNOWN)

  expect(few.text).toBe('2 files in docs (*.md):\n\n    docs/a.md\n    docs/b.md')
  expect(long.text.split('\n').slice(0, 6)).toEqual([
    '150 files, by folder:',
    '',
    '    100  src/',
    '     50  docs/',
    '',
    'The first 100:',
  ])
  expect(long.text.split('\n').at(-1)).toMatch(/^… and 50 more\./)
})

test('lists and counts folders', async () => {
  const glob = (): string => 'packages/a/src/x.ts\npackages/a/y.ts\npackages/b/z.ts'

  const list = await converse(model, 'list folders in packages', { glob }, KNOWN)
  const count = await converse(model, 'how many folders are in packages', { glob }, KNOWN)

  expect(list.text).toBe(
    '3 folders with files in them:\n\n    packages/a/\n    packages/a/src/\n    packages/b/',
  )
  expect(count.text.split('\n')[0]).toBe('3 folders with files in packages.')
})

test('counts files, lines and matches', async () => {
  const glob = (): string => 'a.ts\nsrc/b.ts'
  const grep = (): string => 'a.ts:10\nsrc/b.ts:2000'

  const files = await converse(model, 'how many TypeScript files are there?', { glob }, KNOWN)
  const lines = await converse(model, 'how many lines of TypeScript code', { grep }, KNOWN)
  const todos = await converse(model, 'how many TODOs are there?', { grep }, KNOWN)

  expect(files.text).toBe('2 files in *.{ts,tsx,mts,cts}.\n\nBy folder:\n\n    1  ./\n    1  src/')
  expect(lines.text).toBe(
    '2,010 lines in 2 files in *.{ts,tsx,mts,cts}.\n\n    2,000  src/b.ts\n       10  a.ts',
  )
  expect(todos.text).toBe(
    '2,010 lines with TODO or FIXME in 2 files.\n\n    2,000  src/b.ts\n       10  a.ts',
  )
})

test('sums a project up from its files, its manifest and its README, with calls side by side', async () => {
  const tools = {
    glob: (): string => 'README.md\npackage.json\nsrc/a.ts\nsrc/b.ts',
    grep: (): string => 'src/a.ts:2',
    read_file: ({ path }: Record<string, unknown>): string =>
      READ(
        path === 'package.json'
          ? '{"name":"loom","version":"1.2.3","scripts":{"test":"x"},"dependencies":{"zod":"4"}}'
          : '# Loom\n\n[![badge](x)](y)\n\nWeaves.\n\n```sh\nnpm i\n```',
      ),
  }

  const { text, rounds } = await converse(model, 'what is this project?', tools, KNOWN)

  expect(rounds.map((round) => round.map((call) => call.split(' ')[0]))).toEqual([
    ['glob', 'grep'],
    ['read_file', 'read_file'],
  ])
  expect(text.split('\n')).toEqual([
    'From package.json:',
    '',
    '    name: loom',
    '    version: 1.2.3',
    '    scripts (1): test',
    '    dependencies (1): zod',
    '',
    'From README.md:',
    '',
    '    # Loom',
    '',
    '    Weaves.',
    '',
    'Layout (4 files):',
    '',
    '    2  ./',
    '    2  src/',
    '',
    'Kinds of files:',
    '',
    '    2  .ts',
    '    1  .json',
    '    1  .md',
    '',
    '2 lines with TODO or FIXME in 1 file; "find all TODO comments" lists them.',
  ])
})

test('says that an empty project is empty', async () => {
  const tools = { glob: (): string => 'No files match **/*.', grep: (): string => 'No matches for x.' }

  const overview = await converse(model, 'what is this project?', tools, KNOWN)
  const list = await converse(model, 'list all files', tools, KNOWN)
  const count = await converse(model, 'how many files are there?', tools, KNOWN)

  expect(overview.text).toBe('There are no files here (or git ignores them all): nothing to summarise.')
  expect(list.text).toBe('No files found; files that git ignores are left out.')
  expect(count.text).toBe('0 files.')
})

test('outlines a file', async () => {
  const source = '// Weaves.\n\nexport function weave(threads: number): void {\n  inner()\n}\nclass Loom {}'

  const { text } = await converse(model, 'explain src/a.ts', { read_file: () => READ(source) }, KNOWN)

  expect(text.split('\n').slice(-4)).toEqual([
    'Declarations at the margin (2):',
    '',
    '    src/a.ts:3  export function weave(threads: number): void',
    '    src/a.ts:6  class Loom',
  ])
})

test('says which tool it needs when it is not on offer, or is another tool of that name', async () => {
  const { text } = await converse(model, 'find foo', {}, KNOWN)
  const [spec] = toolSpecs('grep')
  const other = { ...spec!, inputSchema: { type: 'object', properties: { query: {} } } }
  const events = await eventsOf('find foo', [other])

  const sentence =
    'To answer that I need the tool `grep`, which is not on offer here; allow it (see `--tools`) and ask again.'
  expect(text).toBe(sentence)
  expect(events).toContainEqual({ type: 'text.delta', part: 0, text: expect.stringContaining(sentence) })
})

test('offers its calls as complete JSON and reports no tokens', async () => {
  expect(await eventsOf('list src', toolSpecs('glob'))).toEqual([
    {
      type: 'tool.input.delta',
      part: 0,
      name: 'glob',
      text: '{"pattern":"**/*","path":"src","max_results":2000}',
    },
    { type: 'finish', reason: 'tool-calls', usage: ZERO_USAGE },
  ])
})

test('streams a long answer in several batches, the finish last', async () => {
  const piped = `review this\n\n\`\`\`\n${'line\n'.repeat(30)}\`\`\``
  const batches: (readonly ModelEvent[])[] = []
  for await (const batch of model.stream(request(piped, []), new AbortController().signal))
    batches.push(batch)

  expect(batches.length).toBeGreaterThan(2)
  expect(batches.at(-1)).toEqual([{ type: 'finish', reason: 'stop', usage: ZERO_USAGE }])
})

test('stops between batches when the request is aborted', async () => {
  const controller = new AbortController()
  const seen: string[] = []

  const reading = (async () => {
    for await (const batch of model.stream(request('hello', []), controller.signal)) {
      seen.push(batch[0]?.type ?? '')
      controller.abort()
    }
  })()

  await expect(reading).rejects.toMatchObject({ code: 'model.aborted', retryable: false })
  expect(seen).toEqual(['text.delta'])
})

test('answers a transcript without any user message', async () => {
  const events = await eventsOf('', [])

  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', usage: ZERO_USAGE })
})

test('is free and knows no limits', () => {
  expect({ id: model.id, info: model.info }).toEqual({
    id: 'heddle/offline',
    info: { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } },
  })
})

function request(prompt: string, tools: ReturnType<typeof toolSpecs>): Parameters<typeof model.stream>[0] {
  return {
    instructions: '',
    messages: prompt === '' ? [assistantMessage('x')] : [userMessage(prompt)],
    tools,
  }
}

async function eventsOf(prompt: string, tools: ReturnType<typeof toolSpecs>): Promise<ModelEvent[]> {
  const batches = await Array.fromAsync(model.stream(request(prompt, tools), new AbortController().signal))
  return batches.flat()
}
