import type { FilePart } from '@heddle/core'

/** Types whose bytes are text, beside all of `text/`. */
const TEXT_TYPE =
  /^(text\/.+|application\/(json|jsonl|xml|(x-)?yaml|toml|sql|javascript|typescript|x-sh|.+\+(json|xml|yaml)))$/

/** Whether an inline file can be given to a model in words, where its vendor takes no file of its type. */
export function isTextFile({ mediaType, data }: FilePart): boolean {
  return data !== undefined && TEXT_TYPE.test(mediaType)
}

/** The text of a text file; bytes that are no UTF-8 become U+FFFD. */
export function textOfFile({ data = '' }: FilePart): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)))
}
