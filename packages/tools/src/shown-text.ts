/** Lines as every tool shows them: the number right-aligned in six columns, a tab, the text. */
export function numberedLines(lines: readonly string[], firstNumber: number): string {
  return lines.map((line, at) => `${String(firstNumber + at).padStart(6)}\t${line}`).join('\n')
}

/** At most `maxChars` UTF-16 units from the start, never half a character. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(maxChars - 1))
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars)
}

/** `1 line`, `2 lines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Bytes for people: `512 bytes`, `1.5 KB`, `2.0 GB`, in powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, 'byte')
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1_000
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`
}
