import { expect, test } from 'vitest'
import { attachmentAnswer } from '../../src/offline/answer-attachment.ts'
import { parseDiff } from '../../src/offline/diff.ts'

const DIFF = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -10,3 +10,6 @@ function x() {
 keep
--- a deleted line that looks like a header
+console.log('here')
+// TODO: tidy up
+const key = 'sk-abcdefghijklmnopqrstuvwxyz'  // TODO
+<<<<<<< HEAD
 keep
diff --git a/old.png b/old.png
deleted file mode 100644
Binary files a/old.png and /dev/null differ
diff --git a/x.md b/y z.md
similarity index 90%
rename from x.md
rename to y z.md
`

test('reads files, numbers and kinds of change out of a git diff', () => {
  expect(parseDiff(DIFF)).toEqual([
    {
      path: 'src/a.ts',
      change: 'changed',
      deleted: 1,
      added: [
        { line: 11, text: "console.log('here')" },
        { line: 12, text: '// TODO: tidy up' },
        { line: 13, text: "const key = 'sk-abcdefghijklmnopqrstuvwxyz'  // TODO" },
        { line: 14, text: '<<<<<<< HEAD' },
      ],
    },
    { path: 'old.png', change: 'binary', deleted: 0, added: [] },
    { path: 'y z.md', change: 'renamed', deleted: 0, added: [] },
  ])
})

test('reads a diff without git headers', () => {
  const diff =
    '--- a.txt\t2026-01-01\n+++ a.txt\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n--- c.txt\n+++ c.txt\n@@ -0,0 +1 @@\n+d'

  expect(parseDiff(diff)).toEqual([
    { path: 'a.txt', change: 'changed', deleted: 1, added: [{ line: 1, text: 'b' }] },
    { path: 'c.txt', change: 'changed', deleted: 0, added: [{ line: 1, text: 'd' }] },
  ])
})

test('reviews a diff: figures, findings with their places, no secret repeated', () => {
  const lines = attachmentAnswer({ kind: 'attachment', text: DIFF, look: null })

  expect(lines).toEqual([
    'The diff changes 3 files: 4 lines added, 1 line deleted.',
    '',
    '    src/a.ts  +4 -1',
    '    old.png   +0 -0  (binary)',
    '    y z.md    +0 -0  (renamed)',
    '',
    '1 × merge conflict markers:',
    '',
    '    src/a.ts:14  <<<<<<< HEAD',
    '',
    '1 × what looks like a secret (its text is not repeated here):',
    '',
    '    src/a.ts:13',
    '',
    '1 × debugging output:',
    '',
    "    src/a.ts:11  console.log('here')",
    '',
    '2 × new TODO or FIXME:',
    '',
    '    src/a.ts:12  // TODO: tidy up',
    '    src/a.ts:13',
    '',
    'Code changes in 1 file, but no test file is among the changes.',
    '',
    'These are rules over the text of the diff; whether the change is right takes a reader or a language model.',
  ])
})

test('says what it looked for when nothing stands out in a diff', () => {
  const diff = 'diff --git a/a.md b/a.md\n--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-a\n+b\n'

  const lines = attachmentAnswer({ kind: 'attachment', text: diff, look: null })

  expect(lines[4]).toMatch(/^Nothing stands out in the added lines\. Looked for: merge conflict markers, /)
})

test('describes other text: figures, lines that speak of trouble, the beginning', () => {
  const lines = attachmentAnswer({
    kind: 'attachment',
    text: 'ok\nError: no such file\n0 errors',
    look: null,
  })

  expect(lines).toEqual([
    'The text has 3 lines, 7 words and 31 characters; its longest line has 19.',
    '',
    '1 line speaks of an error, a failure or a warning:',
    '',
    '    2: Error: no such file',
    '',
    'It reads:',
    '',
    '    ok',
    '    Error: no such file',
    '    0 errors',
  ])
})

test('names the shape of JSON', () => {
  const lines = attachmentAnswer({ kind: 'attachment', text: '[{"id":1,"name":"a"},{"id":2}]', look: null })

  expect(lines).toContain('It is JSON: a list of 2 entries with id, name.')
})

test('finds lines of a piped text', () => {
  const look = { what: 'text', query: { text: 'NEEDLE', regex: false } } as const

  expect(attachmentAnswer({ kind: 'attachment', text: 'hay\na needle\nhay', look })).toEqual([
    '1 line of the text that came with the prompt has `NEEDLE`:',
    '',
    '    2: a needle',
  ])
  expect(attachmentAnswer({ kind: 'attachment', text: 'hay', look })).toEqual([
    'No line of the text that came with the prompt has `NEEDLE` in it.',
  ])
})

test.each([
  ['blanks', ' '.repeat(1_000_000)],
  ['quotes and equals signs', `+${'token="'.repeat(150_000)}`],
  ['open brackets', '['.repeat(1_000_000)],
  ['words', 'error '.repeat(160_000)],
])('describes a megabyte of %s on one line, as text and inside a diff', (_, line) => {
  const diff = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${line}`

  expect(attachmentAnswer({ kind: 'attachment', text: line, look: null })[0]).toMatch(/^The text has 1 line,/)
  expect(attachmentAnswer({ kind: 'attachment', text: diff, look: null })[0]).toMatch(
    /^The diff changes 1 file: 1 line added/,
  )
})
