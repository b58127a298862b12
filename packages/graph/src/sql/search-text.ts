/** Chinese and Japanese are written without spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu

/** As FTS5's `unicode61` has it: letters, digits, and the marks on them. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu

/** As many different words of a text are searched, the first ones. */
const MAX_WORDS = 32

/** Say nothing about a topic, but stand in nearly every text. */
const COMMON: ReadonlySet<string> = new Set(
  (
    'a about also an and any are as at be been but by can could did do does for from had has have how i if in into is ' +
    'it its just me my no not of on or our please should so some that the their them then there these they this to ' +
    'was we were what when where which who why will with would you your'
  ).split(' '),
)

/**
 * What is indexed of a text: where there are no spaces, each two characters that follow each other, and the last
 * one alone, so that every character begins an entry.
 */
export function indexedText(text: string): string {
  return text.replace(UNSPACED, (run) => ` ${pairs(run).join(' ')} `)
}

/** The same as words with spaces between, for a parser that sees more in a text than words. */
export function plainWords(text: string): string {
  return (indexedText(text).match(WORD) ?? []).join(' ')
}

export interface SearchWord {
  /** Letters and digits only. */
  readonly word: string
  /** Whether entries that only begin with it are meant, too: a character of a language without spaces. */
  readonly isBeginning: boolean
}

/** The words to search for; none when the text has none that say something. */
export function searchWords(text: string): SearchWord[] {
  const found = new Map<string, SearchWord>()
  const add = (word: string, isBeginning: boolean): void => {
    if (found.size < MAX_WORDS && !found.has(word) && !COMMON.has(word))
      found.set(word, { word, isBeginning })
  }
  for (const [part] of text.normalize('NFC').toLowerCase().matchAll(WORD)) {
    const runs = part.match(UNSPACED)
    if (runs === null) {
      add(part, false)
      continue
    }
    for (const rest of part.split(UNSPACED)) if (rest !== '') add(rest, false)
    for (const run of runs) {
      const characters = pairs(run)
      // The last character alone adds nothing to the pair it ends.
      for (const entry of characters.length > 1 ? characters.slice(0, -1) : characters) {
        add(entry, characters.length === 1)
      }
    }
  }
  return [...found.values()]
}

/** `abc` → `ab`, `bc`, `c` */
function pairs(run: string): string[] {
  const characters = Array.from(run)
  return characters.map((character, at) => `${character}${characters[at + 1] ?? ''}`)
}
