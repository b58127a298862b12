/** C0, DEL and C1, which a terminal obeys instead of showing, and the marks that turn text around. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** At most `length` UTF-16 units on one line: white space is folded, what a terminal would obey is shown as `\u…`. */
export function oneLine(text: string, length: number): string {
  // Cut first, with room for white space: a tool's output may be megabytes.
  const folded = text
    .slice(0, length * 4)
    .replace(/\s+/g, ' ')
    .trim()
  const printable = folded.replace(
    UNPRINTABLE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (printable.length <= length && text.length <= length * 4) return printable
  return printable.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '') + '…'
}
