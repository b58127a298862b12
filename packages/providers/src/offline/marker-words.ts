import { contentWords } from './find-query.ts'
import type { Word } from './words.ts'

/** Nouns that follow a marker when people speak of comments: `todo comments`, `open todos`. */
const NOTE_NOUNS: ReadonlySet<string> = new Set(
  `comment comments item items note notes entry entries marker markers tag tags left open kommentar kommentare
   commentaire commentaires comentario comentarios`.split(/\s+/),
)

/**
 * The comment markers a sentence asks for, in the order they are named. Whoever asks for TODO gets
 * FIXME as well. "The todo component" asks for none: it is about a component.
 */
export function markerWords(rest: readonly Word[]): string[] {
  const plain = rest.filter((word) => word.kind === 'plain' || /^[A-Z]+$/.test(word.text))
  const hasNote = rest.some((word) => NOTE_NOUNS.has(word.lower))
  const isAlone = contentWords(rest.filter((word) => !NOTE_NOUNS.has(word.lower))).length === 1
  const found = new Set<string>()
  for (const part of plain.flatMap((word) => word.text.replace(/[:()]+$/, '').split(/[/|,]/))) {
    const marker = markerOf(part)
    if (marker === null) continue
    const isMeant = part.startsWith(marker) || /^(?:todo'?s|to-dos|fixme'?s)$/i.test(part)
    if (!isMeant && !hasNote && !isAlone) continue
    found.add(marker)
    if (marker === 'TODO') found.add('FIXME')
  }
  return [...found]
}

function markerOf(part: string): string | null {
  if (/^to-dos?$/i.test(part)) return 'TODO'
  // A capital marker may begin a compound, as in `TODO-Kommentare`; `todo-app` is a name.
  const compound = /^(TODO|FIXME|XXX|HACK)-\p{L}+$/u.exec(part)?.[1]
  return compound ?? /^(todo|fixme|xxx|hack)(?:'?s)?$/i.exec(part)?.[1]?.toUpperCase() ?? null
}
