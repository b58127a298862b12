import { stripVTControlCharacters } from 'node:util'

/** Everything below space but tab and line feed, DEL, and the C1 controls that some terminals obey. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

/**
 * Program output as text without a terminal: no colours, titles or cursor movements, line feeds only, and
 * of a line that a progress bar rewrote, what it said last. Bytes that are not UTF-8 become U+FFFD.
 */
export function plainText(bytes: Uint8Array): string {
  return stripVTControlCharacters(new TextDecoder().decode(bytes))
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(lastRewrite)
    .join('\n')
    .replace(CONTROLS, '')
}

/** What follows the last carriage return that has something after it. */
function lastRewrite(line: string): string {
  let end = line.length
  while (end > 0 && line.charCodeAt(end - 1) === 13) end--
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end)
}
