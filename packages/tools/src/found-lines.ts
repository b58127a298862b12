/** What ripgrep prints between two groups of lines that do not touch. */
export const GROUP_END = '--'

/** Lines found so far, as far as they will be shown, and how many there were. */
export interface FoundLines {
  /** Takes a line that counts; false when so many were seen that counting on is not worth it. */
  found(line: string): boolean
  /** Takes a line that belongs to the one before it and does not count. */
  addition(line: string): void
  /**
   * @param noun - What is counted, in the plural.
   * @param advice - What to do about a result that was cut.
   * @returns The lines, and a note in brackets when there are more; empty when there were none.
   */
  render(noun: string, advice: string): string
}

/** How much is shown, and how far the rest is counted. */
export interface FoundLimits {
  readonly maxLines: number
  /** UTF-16 units of all shown lines; the first is shown even if it is longer. */
  readonly maxChars: number
  /** Lines counted after those that are shown. */
  readonly countBeyond: number
}

/** Collects search results within limits. */
export function foundLines({ maxLines, maxChars, countBeyond }: FoundLimits): FoundLines {
  const shown: string[] = []
  let chars = 0
  let total = 0
  let shownTotal = 0
  let isCut = false
  let isCounted = true

  const show = (line: string): boolean => {
    if (isCut || (shown.length > 0 && chars + line.length + 1 > maxChars)) {
      isCut = true
      return false
    }
    chars += line.length + 1
    shown.push(line)
    return true
  }

  return {
    found(line) {
      total++
      if (shownTotal >= maxLines) isCut = true
      if (show(line)) shownTotal++
      isCounted = total < maxLines + countBeyond
      return isCounted
    },
    addition(line) {
      // A new group after the last line that is shown belongs to one that is not.
      if (line === GROUP_END && shownTotal >= maxLines) isCut = true
      show(line)
    },
    render(noun, advice) {
      if (total === 0) return ''
      const all = shown.at(-1) === GROUP_END ? shown.slice(0, -1) : shown
      if (shownTotal === total) return all.join('\n')
      const count = isCounted ? `${total}` : `at least ${total}`
      return [...all, `[showing ${shownTotal} of ${count} ${noun}; ${advice}]`].join('\n')
    },
  }
}
