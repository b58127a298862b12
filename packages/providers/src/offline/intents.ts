import { attachmentLook, bareRule, countRule, findRule, markersRule } from './find-rules.ts'
import { listRule, overviewRule, readRule } from './file-rules.ts'
import type { Intent } from './intent.ts'
import { isPath, readSentence } from './sentence.ts'
import type { Sentence } from './sentence.ts'
import { splitAttachment } from './split-attachment.ts'
import { GREETINGS, HELP_PHRASES, VERSION_CONTROL_WORDS } from './vocabulary.ts'
import { wordsOf } from './words.ts'

/** Nobody asks a longer question; the rest is not looked at. */
const MAX_QUESTION_CHARS = 2000

/** In order of precedence; the first that knows an answer wins. */
const RULES: readonly ((sentence: Sentence) => Intent | null)[] = [
  greetingRule,
  changeRule,
  countRule,
  markersRule,
  versionControlRule,
  overviewRule,
  listRule,
  readRule,
  findRule,
  bareRule,
]

/**
 * Maps a prompt to an intent. Pure, linear in the prompt's length, and it always finds one: what no
 * rule understands becomes `help`.
 */
export function parseIntent(prompt: string): Intent {
  const { question, attachment } = splitAttachment(prompt)
  const sentence = readSentence(wordsOf(question.slice(0, MAX_QUESTION_CHARS)))
  if (attachment !== null && attachment.trim() !== '') {
    return { kind: 'attachment', text: attachment, look: attachmentLook(sentence) }
  }
  if (!/[\p{L}\p{N}*]/u.test(question)) return { kind: 'help', reason: 'empty' }
  for (const rule of RULES) {
    const intent = rule(sentence)
    if (intent) return intent
  }
  return { kind: 'help', reason: 'unclear' }
}

function greetingRule({ words, plain }: Sentence): Intent | null {
  const isGreeting = words.every((word) => GREETINGS.has(word.lower))
  const asksHelp = words.length <= 8 && HELP_PHRASES.some((phrase) => plain.startsWith(` ${phrase} `))
  return isGreeting || asksHelp ? { kind: 'help', reason: 'greeting' } : null
}

function changeRule({ verb }: Sentence): Intent | null {
  return verb === 'change' ? { kind: 'help', reason: 'change' } : null
}

/** "What changed", "git status": these need a command, and the planner runs none. */
function versionControlRule({ verb, words, rest }: Sentence): Intent | null {
  if (verb === 'find' || rest.some((word) => word.kind !== 'plain' || isPath(word.text))) return null
  return words.some((word) => VERSION_CONTROL_WORDS.has(word.lower))
    ? { kind: 'help', reason: 'version-control' }
    : null
}
