/** A prompt, taken apart. */
export interface SplitPrompt {
  /** What the person wrote. */
  readonly question: string
  /** What was piped in or pasted below it; `null` when there was nothing. */
  readonly attachment: string | null
}

/** More text than a person types as a question: what follows its first line is taken for pasted text. */
const QUESTION_LINES = 12
const QUESTION_CHARS = 2000

/**
 * Splits a prompt into the question and a text that came with it. The text is either a fenced block
 * at the very end (how the command line passes on standard input), or a long paste.
 */
export function splitAttachment(prompt: string): SplitPrompt {
  const text = prompt.replaceAll('\r\n', '\n').trim()
  const fenced = splitFence(text)
  if (fenced) return fenced
  if (looksLikeDiff(text)) return { question: '', attachment: text }
  const lines = text.split('\n')
  if (lines.length <= QUESTION_LINES && text.length <= QUESTION_CHARS)
    return { question: text, attachment: null }
  const question = lines[0] ?? ''
  return question.length > QUESTION_CHARS / 4
    ? { question: '', attachment: text }
    : { question, attachment: lines.slice(1).join('\n').trim() }
}

/** True for the output of `diff -u` and `git diff`, also below a mail or commit header. */
export function looksLikeDiff(text: string): boolean {
  const head = text.slice(0, 20_000)
  return /^diff --(?:git|cc|combined) /m.test(head) || /^--- [^\n]*\n\+\+\+ [^\n]*\n@@ /m.test(head)
}

function splitFence(text: string): SplitPrompt | null {
  const lines = text.split('\n')
  const fence = lines.at(-1)?.trimEnd() ?? ''
  if (lines.length < 2 || !/^`{3,}$/.test(fence)) return null
  // The closing fence is longer than every run of backticks inside, so its first appearance opens the block.
  const open = lines.findIndex((line) => line.startsWith(fence) && line[fence.length] !== '`')
  if (open < 0 || open === lines.length - 1) return null
  return {
    question: lines.slice(0, open).join('\n').trim(),
    attachment: lines.slice(open + 1, -1).join('\n'),
  }
}
