import { ToolError } from '@heddle/core'

/** Tells whether a path, relative and with `/` between its parts, fits. */
export type GlobMatcher = (path: string) => boolean

/** `{a,b}` in `{c,d}` in … multiplies; nobody means so many. */
const MAX_ALTERNATIVES = 1_000

/**
 * Compiles a glob: `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `[!a-z]` are classes,
 * `{a,b}` are alternatives, `\` takes the next character literally. Names that begin with a dot are like
 * any other. A pattern without `/` is looked for in every folder; with one it starts at the top, so
 * `./*.md` means the top only, and a `/` at the end means everything below.
 *
 * It takes time proportional to pattern times path, whatever the pattern: no regular expression is built.
 *
 * @throws ToolError `tool.failed` for more than 1,000 alternatives.
 */
export function globMatcher(pattern: string): GlobMatcher {
  const matchers = expandBraces(pattern).map(matcherOf)
  return (path) => {
    const parts = path.split('/')
    return matchers.some((matches) => matches(parts))
  }
}

/**
 * The pattern's last part when it says something about file names alone, for a search to narrow by; `null`
 * when in doubt, since narrowing too much would lose files.
 */
export function fileNamePattern(pattern: string): string | null {
  // `?` and classes are single bytes for ripgrep, letters here; it knows no empty alternatives.
  if (/[\\?[]|\{,|,,|,\}/.test(pattern)) return null
  let depth = 0
  let slash = -1
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at]
    if (letter === '{') depth++
    else if (letter === '}') depth--
    else if (letter === '/') slash = at
    if (depth < 0 || (depth > 0 && letter === '/')) return null
  }
  const name = pattern.slice(slash + 1)
  return depth > 0 || name === '' || name.includes('**') || name.startsWith('include:') ? null : name
}

function expandBraces(pattern: string): readonly string[] {
  const done: string[] = []
  const open = [pattern]
  while (open.length > 0) {
    const next = open.pop() ?? ''
    const group = innermostGroup(next)
    if (!group) {
      done.push(next)
      continue
    }
    for (const choice of group.choices) open.push(next.slice(0, group.from) + choice + next.slice(group.to))
    if (open.length + done.length > MAX_ALTERNATIVES) {
      throw new ToolError(
        'tool.failed',
        `The pattern has more than ${MAX_ALTERNATIVES} alternatives; use fewer braces.`,
      )
    }
  }
  return done
}

interface BraceGroup {
  readonly from: number
  readonly to: number
  readonly choices: readonly string[]
}

/** The first `{…}` that holds no other; a brace without its partner is an ordinary character. */
function innermostGroup(pattern: string): BraceGroup | null {
  let from = -1
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at]
    if (letter === '\\') at++
    else if (letter === '{') from = at
    else if (letter === '}' && from !== -1)
      return { from, to: at + 1, choices: pattern.slice(from + 1, at).split(',') }
  }
  return null
}

function matcherOf(pattern: string): (parts: readonly string[]) => boolean {
  const isAnywhere = !pattern.includes('/')
  const trimmed = pattern.replace(/^(?:\.?\/)+/, '')
  const wanted = (trimmed.endsWith('/') ? `${trimmed}**` : trimmed).split(/\/+/)
  const tests = wanted.map((part): PartTest | '**' => (part === '**' ? '**' : partTest(part)))
  const whole = isAnywhere ? (['**', ...tests] as const) : tests
  return (parts) => matchWithStars(whole, parts, (test, part) => test !== '**' && test(part), '**')
}

type PartTest = (part: string) => boolean

/** One part of a pattern, as a test of one part of a path. */
function partTest(pattern: string): PartTest {
  if (!/[*?[\\]/.test(pattern)) return (part) => part === pattern
  const tokens = readTokens(pattern)
  return (part) => matchWithStars(tokens, [...part], (token, letter) => token !== '*' && token(letter), '*')
}

type Token = '*' | ((letter: string) => boolean)

function readTokens(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  const letters = [...pattern]
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    const close = letter === '[' ? classEnd(letters, at) : -1
    if (letter === '*') tokens.push('*')
    else if (letter === '?') tokens.push(() => true)
    else if (close !== -1) {
      tokens.push(classTest(letters.slice(at + 1, close)))
      at = close
    } else {
      const literal = letter === '\\' ? (letters[++at] ?? '\\') : letter
      tokens.push((candidate) => candidate === literal)
    }
  }
  return tokens
}

/** Index of the `]` that closes a class; one that comes first belongs to it. -1: the `[` is an ordinary character. */
function classEnd(letters: readonly string[], open: number): number {
  const first = open + 1 + (letters[open + 1] === '!' || letters[open + 1] === '^' ? 1 : 0)
  return letters.indexOf(']', first + 1)
}

function classTest(body: readonly string[]): (letter: string) => boolean {
  const isNegated = body[0] === '!' || body[0] === '^'
  const members = isNegated ? body.slice(1) : body
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? ''
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([from, isRange ? (members[at + 2] ?? '') : from])
    if (isRange) at += 2
  }
  return (letter) => ranges.some(([from, to]) => from <= letter && letter <= to) !== isNegated
}

/**
 * Matches items against a pattern in which `star` stands for any number of them. On a dead end only the
 * last star takes one more, which is enough, so the time is at most the product of the lengths.
 */
function matchWithStars<P, I>(
  pattern: readonly P[],
  items: readonly I[],
  fits: (want: P, item: I) => boolean,
  star: P,
): boolean {
  let at = 0
  let starAt = -1
  let starTook = 0
  for (let item = 0; item < items.length;) {
    const want = pattern[at]
    if (at < pattern.length && want === star) {
      starAt = at++
      starTook = item
    } else if (at < pattern.length && fits(want as P, items[item] as I)) {
      at++
      item++
    } else if (starAt !== -1) {
      at = starAt + 1
      item = ++starTook
    } else {
      return false
    }
  }
  while (at < pattern.length && pattern[at] === star) at++
  return at === pattern.length
}
