import type { LineRange } from './intent.ts'

/**
 * Reads `lines 10-30`, `line 7`, `first 20 lines`, `last 5 lines` out of a sentence in lower case.
 *
 * @returns `null` when no lines are named.
 */
export function lineRangeOf(plain: string): LineRange | null {
  const span =
    /\b(?:lines?|zeilen?|lignes?|líneas?|lineas?) (\d{1,7}) ?(?:-|–|to|through|until|bis|à|a) ?(\d{1,7})\b/.exec(
      plain,
    ) ?? /\b(?:lines?|zeilen?|lignes?|líneas?|lineas?) (\d{1,7})[-–](\d{1,7})\b/.exec(plain)
  if (span) return ordered(Number(span[1]), Number(span[2]))
  const edge =
    /\b(first|top|ersten?|premières?|primeras?|last|letzten?|dernières?|últimas?|bottom) (\d{1,7}) (?:lines?|zeilen?|lignes?|líneas?)\b/.exec(
      plain,
    )
  if (edge) {
    const count = Math.max(1, Number(edge[2]))
    return /^(?:last|letzt|derni|últim|bottom)/.test(edge[1] ?? '')
      ? { last: count }
      : { first: 1, end: count }
  }
  const single = /\b(?:line|zeile|ligne|línea) (\d{1,7})\b/.exec(plain)
  if (single) return ordered(Number(single[1]), Number(single[1]))
  const onwards = /\b(?:lines?|zeilen?|lignes?|líneas?) (?:from|ab|depuis|desde) (\d{1,7})\b/.exec(plain)
  return onwards ? { first: Math.max(1, Number(onwards[1])), end: null } : null
}

/** Splits `src/a.ts:10`, `src/a.ts:10-30` and `src/a.ts#L10-L30` into the path and the lines. */
export function splitLineSuffix(text: string): { readonly path: string; readonly range: LineRange | null } {
  const suffix = /(?::|#L)(\d{1,7})(?:-L?(\d{1,7})|:\d{1,7})?$/.exec(text)
  if (!suffix) return { path: text, range: null }
  const first = Number(suffix[1])
  return {
    path: text.slice(0, suffix.index),
    range: ordered(first, suffix[2] === undefined ? first : Number(suffix[2])),
  }
}

function ordered(a: number, b: number): LineRange {
  return { first: Math.max(1, Math.min(a, b)), end: Math.max(1, a, b) }
}
