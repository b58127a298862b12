/** A line that a diff adds. */
export interface AddedLine {
  /** Number in the new file, from 1. */
  readonly line: number
  readonly text: string
}

/** One file of a diff. */
export interface FileDiff {
  /** The new name; the old one when the file is deleted. */
  readonly path: string
  readonly change: 'added' | 'deleted' | 'renamed' | 'binary' | 'changed'
  readonly added: readonly AddedLine[]
  /** Lines taken away. */
  readonly deleted: number
}

interface OpenFile {
  path: string
  change: FileDiff['change']
  added: AddedLine[]
  deleted: number
}

/** Reads a unified diff, as git and `diff -u` print it; lines outside of hunks that it does not know are skipped. */
export function parseDiff(text: string): FileDiff[] {
  const files: OpenFile[] = []
  let file: OpenFile | undefined
  const hunk = { oldLeft: 0, newLeft: 0, line: 0 }
  for (const line of text.split('\n')) {
    // Inside a hunk the counts decide, so that a deleted line "-- x" is not taken for a header "--- x".
    if (file && (hunk.oldLeft > 0 || hunk.newLeft > 0)) {
      readHunkLine(line, file, hunk)
      continue
    }
    const head = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/.exec(line)
    if (head) {
      hunk.oldLeft = Number(head[1] ?? 1)
      hunk.line = Number(head[2])
      hunk.newLeft = Number(head[3] ?? 1)
      continue
    }
    if (line.startsWith('diff --') || (line.startsWith('--- ') && isBegun(file))) {
      file = { path: pathInHeader(line), change: 'changed', added: [], deleted: 0 }
      files.push(file)
    } else if (!file && line.startsWith('--- ')) {
      file = { path: nameOf(line.slice(4)) ?? '', change: 'changed', added: [], deleted: 0 }
      files.push(file)
    }
    if (file) readHeader(line, file)
  }
  return files
}

/** True when the file has content already, so that `---` begins another one (a diff without `diff --git` lines). */
function isBegun(file: OpenFile | undefined): boolean {
  return file !== undefined && (file.added.length > 0 || file.deleted > 0)
}

function readHunkLine(
  line: string,
  file: OpenFile,
  hunk: { oldLeft: number; newLeft: number; line: number },
): void {
  const sign = line.charAt(0)
  if (sign === '\\') return
  if (sign === '+') file.added.push({ line: hunk.line, text: line.slice(1) })
  if (sign === '-') file.deleted += 1
  if (sign !== '+') hunk.oldLeft -= 1
  if (sign !== '-') {
    hunk.newLeft -= 1
    hunk.line += 1
  }
}

function readHeader(line: string, file: OpenFile): void {
  if (line.startsWith('new file')) file.change = 'added'
  else if (line.startsWith('deleted file')) file.change = 'deleted'
  else if (line.startsWith('rename to ')) {
    file.change = 'renamed'
    file.path = line.slice('rename to '.length)
  } else if (/^(?:Binary files |GIT binary patch)/.test(line)) file.change = 'binary'
  else if (line.startsWith('+++ ')) file.path = nameOf(line.slice(4)) ?? file.path
  else if (line === '--- /dev/null') file.change = 'added'
  if (line === '+++ /dev/null') file.change = 'deleted'
}

/** `b/src/a.ts<TAB>date` is `src/a.ts`; `/dev/null` is no name. */
function nameOf(header: string): string | null {
  const name = (header.split('\t')[0] ?? '').trim().replace(/^"(.*)"$/, '$1')
  return name === '/dev/null' ? null : name.replace(/^[abciow]\//, '')
}

function pathInHeader(line: string): string {
  if (line.startsWith('--- ')) return nameOf(line.slice(4)) ?? ''
  // Both names are equal but for renames, which say theirs themselves: take the second half.
  const names = line.replace(/^diff --\w+ /, '')
  const second = names.indexOf(' b/')
  return second < 0 ? names : names.slice(second + 3)
}
