/* eslint-disable no-control-regex -- control characters are what this file is about */

/**
 * Terminal codes as ECMA-48 has them: CSI (colours, cursor), strings that end with BEL or ST (titles,
 * links, clipboard), and short escapes. No part of one alternative can begin another match inside it, which
 * keeps this linear; Node's own `stripVTControlCharacters` takes a minute for 240 KB of `ESC ]`.
 */
const TERMINAL_CODES =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[\]PX^_][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]*[0-~]/g

/** Everything below space but tab and line feed, DEL, and the C1 controls that some terminals obey. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g

/**
 * Program output as text without a terminal: no colours, titles or cursor movements, line feeds only, and
 * of a line that a progress bar rewrote, what it said last. Bytes that are not UTF-8 become U+FFFD.
 */
export function plainText(bytes: Uint8Array): string {
  return new TextDecoder()
    .decode(bytes)
    .replace(TERMINAL_CODES, '')
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
