/** What a tool printed, without its notes. */
export interface ToolText {
  readonly lines: readonly string[]
  /** Sentences in square brackets at the end (`showing 100 of 240 matches; …`), brackets removed. */
  readonly notes: readonly string[]
}

/** One hit of `grep`. */
export interface Match {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** Number of things per file. */
export interface FileCount {
  readonly path: string
  readonly count: number
}

/** How many there are in all, as far as the tool told. */
export interface Total {
  readonly count: number
  /** False when there may be more than `count`. */
  readonly isExact: boolean
}

/** Splits a tool's text into lines and closing notes; "No matches …" gives no line. */
export function readToolText(text: string): ToolText {
  const lines = text.split('\n')
  const notes: string[] = []
  for (;;) {
    const last = lines.at(-1)
    if (last === undefined || (last !== '' && !/^\[.*\]$/.test(last))) break
    if (last !== '') notes.unshift(last.slice(1, -1))
    lines.pop()
  }
  const isNothing = lines.length > 0 && /^No (?:matches|files match)/.test(lines[0] ?? '')
  return { lines: isNothing ? [] : lines, notes }
}

/** `path:line:text` lines; others are skipped. */
export function readMatches({ lines }: ToolText): Match[] {
  const matches: Match[] = []
  for (const line of lines) {
    const parts = /^(.*?):(\d{1,9}):/.exec(line)
    if (parts)
      matches.push({ path: parts[1] ?? '', line: Number(parts[2]), text: line.slice(parts[0].length) })
  }
  return matches
}

/** `path:count` lines; others are skipped. */
export function readCounts({ lines }: ToolText): FileCount[] {
  const counts: FileCount[] = []
  for (const line of lines) {
    const colon = line.lastIndexOf(':')
    if (colon > 0 && /^\d{1,12}$/.test(line.slice(colon + 1))) {
      counts.push({ path: line.slice(0, colon), count: Number(line.slice(colon + 1)) })
    }
  }
  return counts
}

/** A numbered line of `read_file`. */
export interface FileLine {
  readonly number: number
  readonly text: string
}

/** The lines of `read_file`, numbers taken off. */
export function readFileLines({ lines }: ToolText): FileLine[] {
  return lines.flatMap((line) => {
    const tab = line.indexOf('\t')
    const number = Number(line.slice(0, tab))
    return tab > 0 && Number.isInteger(number) ? [{ number, text: line.slice(tab + 1) }] : []
  })
}

/** The total a note names (`showing 100 of 240 matches`), else what was seen. */
export function totalOf(seen: number, notes: readonly string[]): Total {
  for (const note of notes) {
    const named = /\bof (at least |more than |over )?(\d[\d,. ]{0,14})/.exec(note)
    if (named)
      return {
        count: Math.max(seen, Number(named[2]?.replace(/[,. ]/g, ''))),
        isExact: named[1] === undefined,
      }
  }
  return { count: seen, isExact: !notes.some((note) => note.startsWith('showing')) }
}
