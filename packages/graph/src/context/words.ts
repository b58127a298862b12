/** Words that say nothing about a subject; most are the commonest of English, some those of instructions to agents. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at back be because been before being but by can change code could did do does
  done each edit else error every fail failed file first fix for from get give go going good had has have help here how i if
  in into is it its just keep know less let like line look made make may me more most much must my need never new next no
  not now of off old on one only option or other our out over own pass passed please put reason run said same say see set
  should show so some still stop such take test tests than that the their them then there these they thing this those
  through time to too try under until up us use used using very want was way we well were what when where which while who
  why will with without work would write yes you your`.split(/\s+/),
)
const SHORTEST_WORD = 3
/** Longer ones are hashes and base64, not words. */
const LONGEST_WORD = 40

/**
 * The words of a text that may say what it is about, each once, in the order of the text: lower case, parts
 * of identifiers apart (`sessionStore`, `session_store` and "session store" are equal), endings cut.
 */
export function significantWords(text: string): string[] {
  return [...stems(text).keys()]
}

/**
 * What to search for in a graph to find what a text is about: its significant words as they stand, at most
 * `most`. Long words come first, as they are rarer, and a search for common words looks at half of the graph.
 */
export function searchWords(text: string, most: number): string[] {
  const words = [...stems(text).values()]
  return words.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, most)
}

function stems(text: string): Map<string, string> {
  const words = new Map<string, string>()
  const parts = text
    .normalize('NFC')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
  for (const [part] of parts.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    for (const [word] of part.matchAll(UNSPACED)) for (const two of pairs(word)) words.set(two, two)
    for (const word of part.split(UNSPACED)) {
      if (word.length < SHORTEST_WORD || word.length > LONGEST_WORD || STOP_WORDS.has(word)) continue
      const stemmed = stem(word)
      if (!words.has(stemmed)) words.set(stemmed, word)
    }
  }
  return words
}

/** Written without spaces: Chinese, and the Japanese that says what a text is about; hiragana is mostly grammar. */
const UNSPACED = /[\p{Script=Han}\p{Script=Katakana}ー]+/gu

/** `abc` → `ab`, `bc`: as the search has it. */
function pairs(text: string): string[] {
  const characters = Array.from(text)
  return characters.slice(0, -1).map((character, at) => `${character}${characters[at + 1] ?? ''}`)
}

/** So that "caching", "caches" and "cached" are one word; cruder than a stemmer, and the same for both sides. */
function stem(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  for (const ending of ['ing', 'ed', 'es', 's', 'e']) {
    if (word.endsWith(ending) && word.length - ending.length >= SHORTEST_WORD)
      return word.slice(0, -ending.length)
  }
  return word
}

/** Which part of the wanted words is there; 0 when none are wanted. */
export function shareOf(wanted: readonly string[], there: ReadonlySet<string>): number {
  if (wanted.length === 0) return 0
  return wanted.filter((word) => there.has(word)).length / wanted.length
}

/**
 * Paths that a text names: something with a `/` or a short ending, such as `src/a.ts` or `README.md`. Names of more
 * than 100 characters are none, so that a long text without blanks is not looked at over and over.
 */
export function mentionedFiles(text: string): string[] {
  const found = text.matchAll(
    /(?<![\w@~.-])(?:[\w@~.-]{1,100}\/){0,20}[\w@-][\w@.-]{0,100}\.[A-Za-z][A-Za-z0-9]{0,7}\b/g,
  )
  return [...new Set([...found].map(([path]) => path.replace(/^\.\//, '')))]
}
