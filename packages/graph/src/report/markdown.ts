/** Text of people and models on one line of Markdown, where it means nothing to Markdown and is no HTML. */
export function inMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>|]/g, String.raw`\$&`)
    .replace(/^(#+|[-+]|\d+[.)])(?=\s)/, String.raw`\$1`)
}

/** A path, a command or a hash. */
export function inCode(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  const pad = text.includes('`') ? ' ' : ''
  return `${fence}${pad}${text.replaceAll(/\s+/g, ' ')}${pad}${fence}`
}

/** `2026-11-20 14:03`, in UTC: the same for every reader. */
export function minuteOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** Joins the paragraphs that have something to say. */
export function document(paragraphs: readonly string[]): string {
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`
}
