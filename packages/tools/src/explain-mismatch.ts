import { cutText, numberedLines } from './shown-text.ts'
import { similarity } from './similarity.ts'

/** Lines of the file that are quoted. */
const QUOTED_LINES = 3
const QUOTED_CHARS = 300
/** Lines of a long old text that are looked for one by one. */
const MAX_ANCHORS = 50
/** Lines of the file that are compared letter by letter when nothing else was found, and how much of each. */
const MAX_COMPARED_LINES = 20_000
const MAX_COMPARED_CHARS = 200
/** Below this two lines have too little in common to be meant. */
const MIN_SIMILARITY = 0.5

/**
 * Why a text was not found in a file, with the nearest real lines and their numbers.
 *
 * @param text - The file, with line feeds.
 * @param wanted - What was not found in it, with line feeds.
 * @returns Sentences for the model, the first without its subject: `it is not there …`.
 */
export function explainMismatch(text: string, wanted: string): string {
  const slip = copyingSlip(text, wanted)
  if (slip !== null) return slip
  const lines = text.split('\n')
  const wantedLines = trimBlankLines(wanted.split('\n'))
  const start =
    alikeWindow(lines, wantedLines) ?? votedWindow(lines, wantedLines) ?? mostSimilarLine(lines, wantedLines)
  if (start === null) return 'nothing in the file is like it. Read the file again and copy the text exactly.'
  return describeWindow(lines, wantedLines, start)
}

/** Texts that would have been found, had they been copied without what was added on the way. */
function copyingSlip(text: string, wanted: string): string | null {
  const withoutNumbers = wanted.replace(/^ *\d+\t/gm, '')
  if (withoutNumbers !== wanted && withoutNumbers !== '' && text.includes(withoutNumbers)) {
    return 'it holds the line numbers that read_file shows. Leave out the numbers and the tab after them.'
  }
  const unescaped = wanted.replace(/\\(n|t|"|')/g, (_all, letter: string) =>
    letter === 'n' ? '\n' : letter === 't' ? '\t' : letter,
  )
  if (unescaped !== wanted && text.includes(unescaped)) {
    return 'it holds backslashes (such as \\n) where the file has the characters themselves. Send real line feeds, tabs and quotes.'
  }
  return null
}

/** Without differences that are hard to see: spaces, look-alike characters, case. */
function fold(line: string): string {
  return foldLookAlikes(line).toLowerCase().replace(/\s+/g, ' ').trim()
}

function foldLookAlikes(line: string): string {
  return line
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201A\u201B]/g, "'")
    .replace(/[\u201C\u201D\u201E\u201F]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u200B\u2060\uFEFF]/g, '')
}

function trimBlankLines(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first === -1 ? lines.slice(0, 1) : lines.slice(first, last + 1)
}

/** Where all lines are there but for what {@link fold} takes away; the first and last may be parts of lines. */
function alikeWindow(lines: readonly string[], wantedLines: readonly string[]): number | null {
  const folded = lines.map(fold)
  const wanted = wantedLines.map(fold)
  const [first = '', last = ''] = [wanted[0], wanted.at(-1)]
  if (wanted.every((line) => line === '')) return null
  for (let start = 0; start + wanted.length <= folded.length; start++) {
    const fits =
      wanted.length === 1
        ? folded[start]?.includes(first)
        : folded[start]?.endsWith(first) &&
          folded[start + wanted.length - 1]?.startsWith(last) &&
          wanted.slice(1, -1).every((line, at) => folded[start + 1 + at] === line)
    if (fits) return start
  }
  return null
}

/** Where most of the lines are, at the distance they should have; each line of the file that fits one votes. */
function votedWindow(lines: readonly string[], wantedLines: readonly string[]): number | null {
  const anchors = new Map<string, number>()
  for (const [at, line] of wantedLines.slice(0, MAX_ANCHORS).entries()) {
    // Short lines, such as a brace, are everywhere.
    if (fold(line).length > 3) anchors.set(fold(line), at)
  }
  const votes = new Map<number, number>()
  for (const [number, line] of lines.entries()) {
    const at = anchors.get(fold(line))
    if (at !== undefined) votes.set(number - at, (votes.get(number - at) ?? 0) + 1)
  }
  const best = [...votes].reduce<readonly [number, number] | null>(
    (top, vote) => (top && top[1] >= vote[1] ? top : vote),
    null,
  )
  return best === null ? null : Math.max(0, best[0])
}

/** The line most like the longest wanted one, counted back to where the first would be. */
function mostSimilarLine(lines: readonly string[], wantedLines: readonly string[]): number | null {
  const longest = wantedLines.reduce((top, line) => (line.trim().length > top.trim().length ? line : top), '')
  const wanted = fold(longest).slice(0, MAX_COMPARED_CHARS)
  let best: { readonly number: number; readonly score: number } | null = null
  for (const [number, line] of lines.slice(0, MAX_COMPARED_LINES).entries()) {
    const score = similarity(wanted, fold(line.slice(0, MAX_COMPARED_CHARS)))
    if (score >= MIN_SIMILARITY && score > (best?.score ?? 0)) best = { number, score }
  }
  return best === null ? null : Math.max(0, best.number - wantedLines.indexOf(longest))
}

function describeWindow(lines: readonly string[], wantedLines: readonly string[], start: number): string {
  const differing = wantedLines.findIndex((line, at) => !(lines[start + at] ?? '').includes(line))
  const at = Math.max(0, differing)
  const reason = difference(lines[start + at] ?? '', wantedLines[at] ?? '')
  // A line before the difference helps to find the place.
  const from = Math.max(0, start + at - (wantedLines.length > 1 && at > 0 ? 1 : 0))
  const to = Math.min(from + QUOTED_LINES, Math.max(start + wantedLines.length, from + 1))
  const quoted = lines.slice(from, to).map((line) => cutText(line, QUOTED_CHARS))
  return `${reason} on line ${start + at + 1}. The file has there:\n${numberedLines(quoted, from + 1)}`
}

/** What is different between a line of the file and the wanted one, the slightest difference first. */
function difference(real: string, wanted: string): string {
  if (real.includes(wanted)) return 'its line breaks or blank lines differ from the file'
  if (real.includes(wanted.trimEnd())) return 'it differs from the file in the spaces at the end of the line'
  if (real.trim() === wanted.trim()) {
    return `the indentation differs (the file has ${indentation(real)}, old_string ${indentation(wanted)})`
  }
  const [alike, wantedAlike] = [foldLookAlikes(real), foldLookAlikes(wanted)]
  if (alike.includes(wantedAlike.trim()))
    return 'it has other quotes, dashes or invisible characters than the file'
  if (spacesAsOne(alike).includes(spacesAsOne(wantedAlike)))
    return 'it differs from the file in spaces or tabs inside the line'
  if (alike.toLowerCase().includes(wantedAlike.trim().toLowerCase()))
    return 'it differs from the file in upper and lower case'
  return 'it differs from the file'
}

function spacesAsOne(line: string): string {
  return line.replace(/\s+/g, ' ').trim()
}

function indentation(line: string): string {
  const space = /^\s*/.exec(line)?.[0] ?? ''
  if (space === '') return 'none'
  const tabs = space.split('\t').length - 1
  const others = space.length - tabs
  return [
    tabs > 0 ? `${tabs} tab${tabs === 1 ? '' : 's'}` : '',
    others > 0 ? `${others} space${others === 1 ? '' : 's'}` : '',
  ]
    .filter((part) => part !== '')
    .join(' and ')
}
