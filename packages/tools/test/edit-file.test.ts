import { chmod, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { editFileTool } from '../src/edit-file.ts'
import { errorFrom, textFrom } from './call-tool.ts'
import { projectFolder } from './project-folder.ts'

interface EditResult {
  readonly text: string
  readonly content: string
}

async function edit(
  content: string,
  oldString: string,
  newString: string,
  replaceAll = false,
): Promise<EditResult> {
  const root = await projectFolder({ 'a.ts': content })
  const text = await textFrom(editFileTool({ root }), {
    path: 'a.ts',
    old_string: oldString,
    new_string: newString,
    replace_all: replaceAll,
  })
  return { text, content: await readFile(join(root, 'a.ts'), 'utf8') }
}

/** The error of an edit that must leave the file as it was. */
async function refusedEdit(content: string, oldString: string, newString = 'new'): Promise<string> {
  const root = await projectFolder({ 'a.ts': content })
  const error = await errorFrom(editFileTool({ root }), {
    path: 'a.ts',
    old_string: oldString,
    new_string: newString,
  })
  expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe(content)
  return error
}

describe('what is changed', () => {
  test('replaces the one place and shows it with its surroundings', async () => {
    const { text, content } = await edit('1\n2\n3\n4\nold\n6\n7\n8\n9\n', 'old', 'new\nnewer')

    expect(content).toBe('1\n2\n3\n4\nnew\nnewer\n6\n7\n8\n9\n')
    expect(text).toBe(
      'Edited a.ts: 1 replacement, line 5.\n     2\t2\n     3\t3\n     4\t4\n     5\tnew\n     6\tnewer\n     7\t6\n     8\t7\n     9\t8',
    )
  })

  test.each([
    ['a part of a line', 'a old b\n', 'old', 'new', 'a new b\n'],
    ['several lines by none', 'a\nb\nc\nd\n', 'b\nc\n', '', 'a\nd\n'],
    ['replacement patterns literally', 'x old y', 'old', "$& $1 $$ $` $'", "x $& $1 $$ $` $' y"],
    ['regular expression signs literally', 'f(a.*b)[0]', '(a.*b)[0]', '()', 'f()'],
    ['the whole file', 'all\n', 'all\n', '', ''],
    ['at the end without a line feed', 'a\nb', 'b', 'c', 'a\nc'],
    ['other scripts', 'naïve 日本\n', '日本', '👍', 'naïve 👍\n'],
    ['CRLF by an LF text', 'a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz', 'x\r\ny\r\nz\r\nc\r\n'],
    ['CRLF by a CRLF text', 'a\r\nb\r\n', 'a\r\nb', 'x\r\ny', 'x\r\ny\r\n'],
    ['one CRLF line by two', 'a\r\nb\r\n', 'b', 'x\ny', 'a\r\nx\r\ny\r\n'],
    ['LF by a CRLF text', 'a\nb\n', 'a\r\nb', 'x\r\ny', 'x\ny\n'],
    ['the last line of a CRLF file', 'a\r\nb', 'b', 'x\ny', 'a\r\nx\r\ny'],
    ['the LF part of a mixed file', 'a\r\nb\r\nc\nd\n', 'c\nd', 'x\ny', 'a\r\nb\r\nx\ny\n'],
    ['the CRLF part of a mixed file', 'a\nb\r\nc\r\n', 'b\nc', 'x\ny', 'a\nx\r\ny\r\n'],
    ['a byte order mark kept', '\uFEFFold\n', 'old', 'new', '\uFEFFnew\n'],
    ['from the very start after a byte order mark', '\uFEFFa\r\nb\r\n', 'a\nb\n', 'c\n', '\uFEFFc\r\n'],
  ])('replaces %s', async (_title, before, oldString, newString, after) => {
    expect((await edit(before, oldString, newString)).content).toBe(after)
  })

  test('replaces every place when asked, and names the lines they have now', async () => {
    const { text, content } = await edit('x\r\na x\r\nb\r\nx', 'x', 'y\nz', true)

    expect(content).toBe('y\r\nz\r\na y\r\nz\r\nb\r\ny\r\nz')
    expect(text).toMatch(/^Edited a\.ts: 3 replacements, lines 1, 3, 6\. The first:\n {5}1\ty\n/)
  })

  test('keeps the mode, and the link that leads to the file', async () => {
    const root = await projectFolder({ 'run.sh': 'old' })
    await chmod(join(root, 'run.sh'), 0o755)
    await symlink('run.sh', join(root, 'link'))

    await textFrom(editFileTool({ root }), { path: 'link', old_string: 'old', new_string: 'new' })

    expect(await readFile(join(root, 'run.sh'), 'utf8')).toBe('new')
    expect((await stat(join(root, 'run.sh'))).mode & 0o7777).toBe(0o755)
    expect((await readdir(root)).sort()).toEqual(['link', 'run.sh'])
  })

  test('loses none of eight edits of one file at once', async () => {
    const root = await projectFolder({ 'a.ts': Array.from({ length: 8 }, (_, at) => `old${at}\n`).join('') })
    await symlink('a.ts', join(root, 'b.ts'))
    const editFile = editFileTool({ root })

    await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        textFrom(editFile, {
          path: at % 2 ? 'a.ts' : 'b.ts',
          old_string: `old${at}`,
          new_string: `new${at}`,
        }),
      ),
    )

    expect(await readFile(join(root, 'a.ts'), 'utf8')).toBe(
      'new0\nnew1\nnew2\nnew3\nnew4\nnew5\nnew6\nnew7\n',
    )
  })
})

describe('what is refused', () => {
  test('names the lines when the text is there more than once', async () => {
    expect(await refusedEdit('x\ny\n  x\n', 'x')).toBe(
      'tool.failed: old_string is 2 times in a.ts, on lines 1, 3. Add lines around it until it is unique, or set replace_all to true. Nothing was changed.',
    )
  })

  test('refuses edits that would do nothing', async () => {
    expect(await refusedEdit('x\n', '')).toBe(
      'tool.failed: old_string is empty; give the text to replace, or use write_file to write the whole file.',
    )
    expect(await refusedEdit('x\r\n', 'x\r\n', 'x\n')).toContain('old_string and new_string are the same')
  })

  test('does not damage files that are not UTF-8', async () => {
    const bytes = Buffer.from('caf\xe9 old\n', 'latin1')
    const root = await projectFolder({ 'a.txt': bytes })

    const error = await errorFrom(editFileTool({ root }), {
      path: 'a.txt',
      old_string: 'old',
      new_string: 'new',
    })

    expect(error).toContain('a.txt is not UTF-8 text')
    expect(await readFile(join(root, 'a.txt'))).toEqual(bytes)
  })

  test('refuses files that are too large to hold', async () => {
    const root = await projectFolder({ 'a.txt': 'x'.repeat(2_000) })
    const editFile = editFileTool({ root, limits: { editBytes: 1_000 } })

    expect(await errorFrom(editFile, { path: 'a.txt', old_string: 'x', new_string: 'y' })).toBe(
      'tool.failed: a.txt has 2.0 KB, more than the 1.0 KB that can be edited here; use a command such as sed.',
    )
  })

  test('changes nothing after an abort', async () => {
    const root = await projectFolder({ 'a.txt': 'old' })
    const input = { path: 'a.txt', old_string: 'old', new_string: 'new' }

    const error = await errorFrom(editFileTool({ root }), input, AbortSignal.abort())

    expect(error).toBe('tool.interrupted: The write was stopped before anything changed.')
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('old')
  })
})

describe('why a text was not found', () => {
  const FILE = 'import a\n\nfunction f() {\n\tconst name = “x”\n\treturn  Name\n}\n'

  test.each([
    [
      'indentation',
      '    const name = “x”',
      'the indentation differs (the file has 1 tab, old_string 4 spaces) on line 4',
    ],
    [
      'spaces at the end',
      'function f() {  ',
      'it differs from the file in the spaces at the end of the line on line 3',
    ],
    [
      'quotes',
      'const name = "x"',
      'it has other quotes, dashes or invisible characters than the file on line 4',
    ],
    ['spaces inside', 'return Name', 'it differs from the file in spaces or tabs inside the line on line 5'],
    ['case', 'return  name', 'it differs from the file in upper and lower case on line 5'],
    ['a blank line', 'import a\nfunction f() {', 'it differs from the file on line 2'],
    ['the text', 'function g(x) {', 'it differs from the file on line 3'],
    [
      'one of several lines',
      'function f() {\n\tconst nome = “x”\n\treturn  Name',
      'it differs from the file on line 4',
    ],
  ])('tells %s', async (_title, oldString, reason) => {
    expect(await refusedEdit(FILE, oldString)).toContain(
      `tool.failed: old_string was not found in a.ts: ${reason}. The file has there:\n`,
    )
  })

  test('quotes the real lines with their numbers', async () => {
    expect(await refusedEdit(FILE, 'function f() {\n  const name = “x”\n')).toBe(
      'tool.failed: old_string was not found in a.ts: the indentation differs (the file has 1 tab, old_string 2 spaces) on line 4. ' +
        'The file has there:\n     3\tfunction f() {\n     4\t\tconst name = “x”',
    )
  })

  test('recognises line numbers and escapes that were copied along', async () => {
    expect(await refusedEdit('one\ntwo\n', '     1\tone\n     2\ttwo')).toBe(
      'tool.failed: old_string was not found in a.ts: it holds the line numbers that read_file shows. Leave out the numbers and the tab after them.',
    )
    expect(await refusedEdit('one\n\t"two"\n', 'one\\n\\t\\"two\\"')).toContain('it holds backslashes')
  })

  test('notices that the edit was made before', async () => {
    expect(await refusedEdit('a\nconst limit = 2\n', 'const limit = 1', 'const limit = 2')).toBe(
      'tool.failed: old_string was not found in a.ts: it differs from the file on line 2. The file has there:\n     2\tconst limit = 2\n' +
        'new_string is already there, on line 2: was this edit made before?',
    )
  })

  test('says so when nothing is like it, also in an empty file', async () => {
    expect(await refusedEdit('alpha\n', 'zzzz qqqq')).toBe(
      'tool.failed: old_string was not found in a.ts: nothing in the file is like it. Read the file again and copy the text exactly.',
    )
    expect(await refusedEdit('', 'x')).toContain('nothing in the file is like it')
    expect(await refusedEdit('x\n', '\n\n\n')).toContain('old_string was not found in a.ts')
  })

  test('quotes little of a file with one line of a million columns', async () => {
    const error = await refusedEdit(`const a = 1;${'x'.repeat(1_000_000)}`, 'const  a = 1')

    expect(error.length).toBeLessThan(1_000)
  })
})
