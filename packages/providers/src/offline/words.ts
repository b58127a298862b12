/** One word of a question. */
export interface Word {
  /** As written, without quotes and without punctuation around it. */
  readonly text: string
  /** Lower case, for tables; a quoted word has a value that no table holds. */
  readonly lower: string
  readonly kind: 'plain' | 'quoted' | 'regex'
}

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '«': '»',
  '‘': '’',
}
/** What no table contains, so that quoted words are never taken for a verb or a place. */
const QUOTED = '"'

/** Splits a question at blanks, keeping quoted texts and `/expressions/` whole. Linear but for stray quotes. */
export function wordsOf(question: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < question.length) {
    if (/\s/.test(question.charAt(at))) {
      at += 1
      continue
    }
    const whole = quotedAt(question, at) ?? regexAt(question, at)
    if (whole) {
      words.push(whole.word)
      at = whole.end
      continue
    }
    const end = at + (question.slice(at).search(/\s/) + 1 || question.length - at + 1) - 1
    const text = withoutPunctuation(question.slice(at, end))
    if (text !== '') words.push({ text, lower: text.toLowerCase().replaceAll('’', "'"), kind: 'plain' })
    at = end
  }
  return words
}

interface Whole {
  readonly word: Word
  readonly end: number
}

function quotedAt(question: string, at: number): Whole | null {
  const open = question.charAt(at)
  const close = CLOSING[open]
  if (close === undefined) return null
  let end = question.indexOf(close, at + 1)
  // An apostrophe inside a word (`it's`) closes nothing.
  while (end > 0 && close !== '`' && /[\p{L}\p{N}]/u.test(question.charAt(end + 1))) {
    end = question.indexOf(close, end + 1)
  }
  const text = end > 0 ? question.slice(at + 1, end) : ''
  if (text.trim() === '') return null
  return { word: { text, lower: QUOTED, kind: 'quoted' }, end: end + 1 }
}

function regexAt(question: string, at: number): Whole | null {
  if (question.charAt(at) !== '/') return null
  let end = at + 1
  while (end < question.length && question.charAt(end) !== '/') end += question.charAt(end) === '\\' ? 2 : 1
  const text = question.slice(at + 1, end)
  const after = /^\/([a-z]{0,6})(?=[\s?!.,;:]|$)/.exec(question.slice(end, end + 8))
  // `/usr/lib/` is a path: an expression has something that is none.
  if (!after || text === '' || !/[\\^$*+?()[\]{}|\s]/.test(text)) return null
  const ignoreCase = after[1]?.includes('i') ? '(?i)' : ''
  return { word: { text: ignoreCase + text, lower: QUOTED, kind: 'regex' }, end: end + after[0].length }
}

/** `(src/a.ts)?` is `src/a.ts`; `run()` and `foo(bar)` keep their brackets. */
function withoutPunctuation(word: string): string {
  let start = 0
  let end = word.length
  while (start < end && '(¿¡,;'.includes(word.charAt(start))) start += 1
  while (end > start) {
    const last = word.charAt(end - 1)
    const isStray = last === ')' && !word.slice(start, end).includes('(')
    if (!isStray && !'?!.,;:…'.includes(last)) break
    end -= 1
  }
  return word.slice(start, end)
}
