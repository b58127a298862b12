import type { Match } from './tool-text.ts'

/** What begins a comment, by file ending; `*` for endings that are not in the table. */
const LEADERS: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      [
        'ts tsx mts cts js jsx mjs cjs java kt kts swift c h cc cpp cxx hpp hh cs go rs scala dart zig gradle proto',
        '// /*',
      ],
      ['css scss sass less jsonc json5', '// /*'],
      ['php', '// /* #'],
      ['vue svelte astro', '// /* <!--'],
      [
        'py pyi rb sh bash zsh fish yml yaml toml pl r jl ex exs ps1 cmake graphql conf cfg env properties',
        '#',
      ],
      ['ini', '# ;'],
      ['sql', '-- /*'],
      ['lua hs elm', '--'],
      ['html htm xml svg', '<!-- // /*'],
      ['tex erl', '%'],
      ['clj lisp el asm', ';'],
      ['tf nix', '# // /*'],
      ['*', '// # /* <!-- -- ; %'],
    ] as const
  ).flatMap(([endings, leaders]) =>
    endings.split(' ').map((ending) => [ending, leaders.split(' ')] as const),
  ),
)

/** Files of prose: a marker counts where it begins the text of a line. */
const PROSE: ReadonlySet<string> = new Set(['md', 'mdx', 'markdown', 'txt', 'rst', 'adoc'])

/**
 * Tells a comment from a mention, by the look of its line: `// TODO: x` is one, `const TODO = 1` is none.
 *
 * @param words - The markers looked for, upper case.
 */
export function isMarkerComment({ path, text }: Match, words: readonly string[]): boolean {
  const marker = new RegExp(`\\b(?:${words.join('|')})\\b`).exec(text)
  if (!marker) return false
  const before = text.slice(0, marker.index)
  const after = text.slice(marker.index + marker[0].length)
  const name = path.split('/').at(-1)?.toLowerCase() ?? ''
  const ending = name.includes('.') ? (name.split('.').at(-1) ?? '') : name
  if (PROSE.has(ending))
    return /^[\s>*+\-#\d.[\]x()|_:]*$/i.test(before) || before.includes('<!--') || before.includes('[//]:')
  if (
    (LEADERS.get(ending) ?? LEADERS.get('*') ?? []).some((leader) =>
      beginsComment(text, before.length, leader),
    )
  )
    return true
  return /^\s*(?:\*+|"""|''')?\s*[-*]?\s*$/.test(before) && !looksLikeCodeAfter(after)
}

/** The marker that a line is listed under. */
export function markerIn(text: string, words: readonly string[]): string {
  return new RegExp(`\\b(?:${words.join('|')})\\b`).exec(text)?.[0] ?? ''
}

/** True when `leader` stands before `end` and outside of quotes. */
function beginsComment(text: string, end: number, leader: string): boolean {
  for (let at = 0; at < end; at++) {
    const letter = text.charAt(at)
    if (text.startsWith(leader, at) && isLeaderAt(text, at, leader)) return true
    if (!`"'\``.includes(letter)) continue
    const close = text.indexOf(letter, at + 1)
    // A quote that nothing closes is an apostrophe or a lifetime.
    if (close > 0) at = close
  }
  return false
}

function isLeaderAt(text: string, at: number, leader: string): boolean {
  const previous = text.charAt(at - 1)
  if (leader === '//') return previous !== ':'
  // `#fff`, `a;b`, `5%` and `x--` begin no comment.
  return leader.length > 1 && leader !== '--' ? true : at === 0 || /\s/.test(previous)
}

/** `TODO = 1`, `TODO,` and `TODO: 'todo',` are code. */
function looksLikeCodeAfter(after: string): boolean {
  return /^\s*(?:[=.,;?)]|:\s*['"\d{[])/.test(after)
}
