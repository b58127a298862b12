/** C0 without tab and line feed, DEL, and C1: what a terminal obeys instead of showing. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/**
 * Makes text from a model, a tool or a provider safe to print: escape sequences (which could set the
 * title, the clipboard or clear the screen) become visible signs. Works on any piece of a stream.
 *
 * Carriage returns are dropped: before a line feed they mean nothing, alone they would overwrite the line.
 */
export function neutralise(text: string): string {
  return text.replace(CONTROL, (character) => {
    if (character === '\r') return ''
    const code = character.charCodeAt(0)
    // U+2400 … U+2421 are the pictures of C0 and DEL; C1 has none.
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? '\u2421' : '\ufffd'
  })
}

/** One printable line: controls neutralised, every run of white space a single space. */
export function oneLine(text: string): string {
  return neutralise(text.replace(/\s+/g, ' ')).trim()
}

/** At most `length` UTF-16 units, with `…` as the last when something was cut; never half a surrogate pair. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  return text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '') + '…'
}
