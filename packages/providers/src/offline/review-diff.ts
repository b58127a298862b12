import type { AddedLine, FileDiff } from './diff.ts'
import { counted, indented, MAX_SHOWN, numbered, shortened } from './wording.ts'

interface Check {
  readonly title: string
  readonly pattern: RegExp
  /** False: the text of the line is not repeated, for it may be a secret. */
  readonly showsText: boolean
}

/** Lines longer than this are data: they are cut before patterns are tried. */
const MAX_CHECKED_CHARS = 1000

/** What to look twice at in added lines. The patterns are linear. */
const CHECKS: readonly Check[] = [
  { title: 'merge conflict markers', pattern: /^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$/, showsText: true },
  {
    title: 'what looks like a secret (its text is not repeated here)',
    pattern:
      /\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{20}|\bgithub_pat_\w{20}|\bsk-[\w-]{20}|\bxox[abprs]-[\w-]{10}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY|(?:api[_-]?key|secret|token|passw(?:or)?d)["']?\s{0,5}[:=]\s{0,5}["'][^"'\s$]{8}/i,
    showsText: false,
  },
  {
    title: 'debugging output',
    pattern:
      /\bconsole\.(?:log|debug|trace|dir)\(|\bdebugger\b|\bdbg!\(|\bvar_dump\(|\bbinding\.pry\b|\bpdb\.set_trace\(|\bbreakpoint\(\)/,
    showsText: true,
  },
  {
    title: 'tests that run alone or not at all',
    pattern: /\b(?:describe|it|test)\.(?:only|skip)\(|\b[fx](?:describe|it)\(/,
    showsText: true,
  },
  { title: 'new TODO or FIXME', pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, showsText: true },
  {
    title: 'checks that are switched off',
    pattern:
      /eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|# noqa|# type: ignore|prettier-ignore|#\[allow\(/,
    showsText: true,
  },
  { title: 'blanks at the end of a line', pattern: /\S[ \t]{1,200}$/, showsText: false },
]

const NOTHING_FOUND = `Nothing stands out in the added lines. Looked for: ${CHECKS.map((check) => check.title.replace(/ \(.*\)$/, '')).join(', ')}.`

/** Figures of a diff, and the added lines that deserve a second look. */
export function reviewDiff(files: readonly FileDiff[]): string[] {
  if (files.length === 0) return ['The diff changes no file.']
  const added = files.reduce((sum, file) => sum + file.added.length, 0)
  const deleted = files.reduce((sum, file) => sum + file.deleted, 0)
  const width = Math.max(...files.slice(0, MAX_SHOWN).map((file) => file.path.length))
  const rows = files.slice(0, MAX_SHOWN).map((file) => {
    const note = file.change === 'changed' ? '' : `  (${file.change})`
    return `${file.path.padEnd(Math.min(width, 80))}  +${file.added.length} -${file.deleted}${note}`
  })
  const findings = CHECKS.flatMap((check) => finding(check, files))
  return [
    `The diff changes ${counted(files.length, 'file')}: ${counted(added, 'line')} added, ${counted(deleted, 'line')} deleted.`,
    '',
    ...indented(rows),
    ...(files.length > MAX_SHOWN ? ['', `… and ${numbered(files.length - MAX_SHOWN)} more files.`] : []),
    ...(findings.length === 0 ? ['', NOTHING_FOUND] : findings),
    ...testsNote(files),
    '',
    'These are rules over the text of the diff; whether the change is right takes a reader or a language model.',
  ]
}

function finding(check: Check, files: readonly FileDiff[]): string[] {
  const hits = files.flatMap((file) =>
    file.added
      .filter((line) => check.pattern.test(line.text.slice(0, MAX_CHECKED_CHARS)))
      .map((line) => hitText(file.path, line, check)),
  )
  if (hits.length === 0) return []
  const rest = hits.length - 20
  return [
    '',
    `${numbered(hits.length)} × ${check.title}:`,
    '',
    ...indented([...hits.slice(0, 20), ...(rest > 0 ? [`… and ${numbered(rest)} more`] : [])]),
  ]
}

function hitText(path: string, line: AddedLine, check: Check): string {
  const place = `${path}:${line.line}`
  // A line may hold a secret beside whatever else was found in it.
  const isSafe =
    check.showsText &&
    !CHECKS.some(
      (other) =>
        !other.showsText &&
        other.title.includes('secret') &&
        other.pattern.test(line.text.slice(0, MAX_CHECKED_CHARS)),
    )
  return isSafe ? `${place}  ${shortened(line.text, 120)}` : place
}

const SOURCE = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|swift|exs?)$/
const TEST =
  /(?:^|\/)(?:tests?|specs?|__tests__)\/|[._-](?:test|spec)\.\w+$|_test\.go$|(?:^|\/)test_[^/]*\.py$/

function testsNote(files: readonly FileDiff[]): string[] {
  const sources = files.filter(
    (file) => SOURCE.test(file.path) && !TEST.test(file.path) && file.added.length > 0,
  )
  const isTested = files.some((file) => TEST.test(file.path))
  return sources.length > 0 && !isTested
    ? ['', `Code changes in ${counted(sources.length, 'file')}, but no test file is among the changes.`]
    : []
}
