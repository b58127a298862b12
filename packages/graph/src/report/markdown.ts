import { oneLine } from '../capture/one-line.ts'

/** Text of people and models on one line of Markdown, where it means nothing to Markdown and is no HTML. */
export function inMarkdown(text: string): string {
  return oneLine(text, Infinity)
    .replaceAll(/[\\`*_[\]<>|~&]/g, String.raw`\$&`)
    .replace(/^(?:#+(?=\s)|[-+](?=\s)|-+$|=+$)/, String.raw`\$&`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`)
}

/**
 * The same for a page on which `@name` calls a person: nobody is called who was only spoken of. A space of no width
 * stands behind the sign, as other programs do it that write there.
 */
export function inPullRequest(text: string): string {
  return inMarkdown(text).replaceAll(/(?<!\w)@(?=\w)/g, '@&#8203;')
}

/** A path, a command or a hash. */
export function inCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest === 0 ? '' : ' '
  return `${fence}${pad}${oneLine(text, Infinity)}${pad}${fence}`
}

/** Of one entry: whoever needs them all looks at the commit. */
const FILES_SHOWN = 20

/** Paths, and how many more there are. */
export function filesInCode(files: readonly string[]): string[] {
  const shown = files.slice(0, FILES_SHOWN).map(inCode)
  return files.length > FILES_SHOWN ? [...shown, `and ${files.length - FILES_SHOWN} more`] : shown
}

/** `2026-11-20 14:03`, in UTC: the same for every reader. */
export function minuteOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** Joins the paragraphs that have something to say. */
export function document(paragraphs: readonly string[]): string {
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`
}
