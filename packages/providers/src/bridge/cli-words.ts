/** Longest piece of a program's own words in a message, in UTF-16 units. */
const MAX_QUOTE = 300

/** Keys, tokens of three parts, and whatever follows the word that announces one. */
const SECRETS = /\bsk-[\w*-]{6,}|\beyJ[\w-]{6,}(?:\.[\w-]+)*|\bbearer\s+\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi

/** A program's words, fit for a sentence of ours: on one line, not too long, without keys and addresses. */
export function quoted(words: string): string {
  const text = plain(words).replace(/\.$/, '')
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE).toWellFormed()}…` : text
}

/** The same of what a program wrote line by line before it failed: the end tells most. */
export function quotedEnd(words: string): string {
  const text = plain(words).replace(/\.$/, '')
  return text.length > MAX_QUOTE ? `…${text.slice(-MAX_QUOTE).toWellFormed()}` : text
}

function plain(words: string): string {
  return words
    .replace(SECRETS, '***')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
