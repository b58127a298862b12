import { oneLine, titleOf } from './one-line.ts'

/*
 * What is recognised in prose. English only, and on purpose narrow: an entry that is missing can be written
 * with `decision_log`; one that nobody ever decided misleads whoever reads the graph.
 */

/** One of several ways that a message lists. */
export interface StatedOption {
  /** `A`, `2` …: how the text refers to it. */
  readonly label: string
  readonly title: string
  readonly description: string
}

/** Which of them was taken, and what was said of the others. */
export interface StatedChoice {
  readonly label: string
  /** Empty when none was given. */
  readonly because: string
  /** Why others were not taken, by label. */
  readonly against: ReadonlyMap<string, string>
}

/** A person's "use X instead of Y". */
export interface Correction {
  /** What is to be done; empty when only something is ruled out. */
  readonly wanted: string
  /** What is not to be done; empty when it is what was being done. */
  readonly unwanted: string
}

const KIND = '(?:option|approach|alternative|variant)'
const LABEL = '([A-Z]|\\d{1,2})'
const OPTION_LINE = new RegExp(
  `^\\s*(?:[-*+]\\s+|\\d+[.)]\\s+|#+\\s+)?(?:\\*\\*|__)?${KIND}\\s+${LABEL}(?:\\*\\*|__)?\\s*(?::|[.)](?=\\s)|\\s[–—-]\\s)\\s*(?:\\*\\*|__)?\\s*(\\S.*)$`,
  'i',
)
const MOST_OPTIONS = 8
const CHOOSE = new RegExp(
  `\\b(?:choos(?:e|ing)|chose|pick(?:ed|ing)?|go(?:ing)?\\s+(?:with|for)|went\\s+with|tak(?:e|ing)|us(?:e|ing)|prefer|implement(?:ing)?|start(?:ing)?\\s+with|decid(?:e|ed|ing)\\s+(?:on|for))\\s+(?:the\\s+)?${KIND}\\s+${LABEL}\\b`,
  'i',
)
const IS_BEST = new RegExp(
  `\\b${KIND}\\s+${LABEL}\\s+(?:is\\s+(?:the\\s+)?(?:best|better|right|simplest|safest|clear)|wins)\\b`,
  'i',
)
const NEGATED =
  /(?:\b(?:not|never|instead of|rather than|avoid|could|should|would|can|might|if|shall)|n['’]t)\b(?:\W+\w+){0,3}\W*$/i

/** @returns The ways that a message lists as "Option A: …", "Approach 2 – …", each on a line of its own; none when there are fewer than two. */
export function statedOptions(text: string): StatedOption[] {
  const options = new Map<string, StatedOption>()
  for (const line of text.split('\n')) {
    const found = OPTION_LINE.exec(line)
    if (!found) continue
    const [, label = '', said = ''] = found
    const plain = said.replace(/\*\*|__|`/g, '').trim()
    const [first = plain] = plain.split(/(?<=[.!;])\s|\s[–—]\s/, 1)
    const option = {
      label: label.toUpperCase(),
      title: titleOf(first.replace(/[.;]$/, '')),
      description: plain,
    }
    if (!options.has(option.label)) options.set(option.label, option)
  }
  return options.size >= 2 && options.size <= MOST_OPTIONS ? [...options.values()] : []
}

/** @returns Which of the labelled ways a text takes; `null` when it takes none, or more than one. */
export function statedChoice(text: string, labels: ReadonlySet<string>): StatedChoice | null {
  const sentences = sentencesOf(text)
  const chosen = new Map<string, string>()
  for (const sentence of sentences) {
    const label = chosenIn(sentence)
    if (label !== null && labels.has(label) && !chosen.has(label)) chosen.set(label, sentence)
  }
  const [first, second] = chosen
  if (!first || second) return null
  const [label, sentence] = first
  return { label, because: reasonIn(sentence), against: againstIn(sentences, labels, label) }
}

function chosenIn(sentence: string): string | null {
  if (sentence.endsWith('?')) return null
  const found = CHOOSE.exec(sentence) ?? IS_BEST.exec(sentence)
  if (!found || NEGATED.test(sentence.slice(0, found.index))) return null
  return found[1]?.toUpperCase() ?? null
}

/** The first sentence about each other way, without its name. */
function againstIn(
  sentences: readonly string[],
  labels: ReadonlySet<string>,
  chosen: string,
): Map<string, string> {
  const against = new Map<string, string>()
  for (const label of labels) {
    if (label === chosen) continue
    const about = new RegExp(`\\b${KIND}\\s+${label}\\b[,:]?\\s*(.*)$`, 'i')
    for (const sentence of sentences) {
      const said = about.exec(sentence)?.[1]
      if (said === undefined) continue
      const reason = reasonIn(said) || said.replace(/^(?:because|since|as)\s+/i, '')
      if (reason !== '' && !against.has(label))
        against.set(label, titleOf(reason.replace(/[.;,]+$/, ''), 300))
    }
  }
  return against
}

/** What follows "because", "since", "as it" or a colon; empty when nothing does. */
function reasonIn(sentence: string): string {
  const found =
    /\b(?:because|since|as (?=it|this|that|the)|due to)\s+(.+)$/i.exec(sentence) ?? /:\s+(.+)$/.exec(sentence)
  return found?.[1]?.replace(/[.;,]+$/, '').trim() ?? ''
}

/** Sentences and lines; lines that list an option are left out. */
function sentencesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !OPTION_LINE.test(line))
    .flatMap((line) => line.replace(/\*\*|__|`/g, '').split(/(?<=[.!?;])\s+/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
}

/** @returns The steps of a numbered list right under a line that says "plan"; none when there are fewer than two. */
export function statedPlan(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const head = lines.findIndex(
    (line) => /\bplan\b[^.!?]{0,40}:?\W*$/i.test(line) && !/^\s*\d+[.)]/.test(line),
  )
  if (head === -1) return []
  const steps: string[] = []
  for (const line of lines.slice(head + 1)) {
    const step = /^\s*\d+[.)]\s+(\S.*)$/.exec(line)?.[1]
    if (step !== undefined) steps.push(oneLine(step.replace(/\*\*|__|`/g, ''), 200))
    // Lines below a step that are indented belong to it.
    else if (!/^\s{2,}/.test(line)) break
  }
  return steps.length >= 2 ? steps : []
}

const CHANGES_COURSE =
  /\b(?:different|another|alternative) (?:approach|way|strategy|route|idea)\b|\binstead\b|\bswitch(?:ing)? to\b|\bpivot(?:ing)?\b|\brather than\b|\babandon(?:ing)?\b|\b(?:go|going|fall|falling) back to\b|\bgiving up on\b/i

/** @returns The sentence in which a message says that the way is changed; empty when none does. */
export function courseChange(text: string): string {
  const found = sentencesOf(text).find((sentence) => CHANGES_COURSE.test(sentence) && !sentence.endsWith('?'))
  if (found === undefined) return ''
  // "I'll take a different approach: …" says in its second half what the approach is.
  const [announced = '', ...rest] = found.split(/:\s+/)
  const said = rest.join(': ')
  return titleOf(said !== '' && CHANGES_COURSE.test(announced) ? capitalised(said) : found).replace(
    /[.;]$/,
    '',
  )
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** @returns The first sentence in which a message says what it is about to do; empty when none does. */
export function statedIntent(text: string): string {
  const intent =
    /^(?:ok(?:ay)?[,.]?\s+|now\s+|first,?\s+|so\s+)*(?:I(?:['’]ll| will| am going to|['’]m going to)|let(?:['’]s| me| us)|we(?:['’]ll| will))\b/i
  const found = sentencesOf(text).find((sentence) => intent.test(sentence))
  return found === undefined ? '' : titleOf(found.replace(/[.:]$/, ''))
}

const THING = '([^.,;:!?\\n]+?)'
const END = '(?=\\s*(?:[.,;:!?\\n]|$|\\bbecause\\b|\\bsince\\b|\\bas it\\b))'
const VERB = '(?:use|using|try|take|do|doing|go with|going with|switch to|call|write|add|put|make)'
/** "use it where it does not fit" rules nothing out. */
const NOT_A_VERB =
  '(?<!\\b(?:do|does|did|is|are|was|were|be|can|could|should|would|will|may|might|must|has|have|had))'
const CORRECTIONS: readonly {
  readonly pattern: RegExp
  readonly wanted: number
  readonly unwanted: number
}[] = [
  // use X instead of Y
  {
    pattern: new RegExp(`\\b${VERB}\\s+${THING}\\s+(?:instead of|rather than)\\s+${THING}${END}`, 'i'),
    wanted: 1,
    unwanted: 2,
  },
  // use X, not Y
  {
    pattern: new RegExp(
      `\\b(?:use|try|go with|switch to)\\s+(\\S+(?:\\s+\\S+){0,2}?)${NOT_A_VERB},?\\s+(?:and\\s+)?not\\s+(\\S+(?:\\s+\\S+){0,2}?)${END}`,
      'i',
    ),
    wanted: 1,
    unwanted: 2,
  },
  // instead of Y, use X
  {
    pattern: new RegExp(
      `\\b(?:instead of|rather than)\\s+${THING},\\s*(?:please\\s+)?${VERB}\\s+${THING}${END}`,
      'i',
    ),
    wanted: 2,
    unwanted: 1,
  },
  // don't use Y, use X
  {
    pattern: new RegExp(
      `\\b(?:don['’]?t|do not|stop|never|avoid)\\s+${VERB}\\s+${THING}[,;.:]\\s*(?:but\\s+|please\\s+)?${VERB}\\s+${THING}${END}`,
      'i',
    ),
    wanted: 2,
    unwanted: 1,
  },
  // don't use Y
  {
    pattern: new RegExp(
      `^\\W*(?:no\\W+|please\\s+)?(?:don['’]?t|do not|stop|never|avoid)\\s+(?:use|using|try|trying)\\s+${THING}${END}`,
      'i',
    ),
    wanted: 0,
    unwanted: 1,
  },
  // no, use X
  {
    pattern: new RegExp(
      `^\\W*(?:no|nope|wrong|stop|actually)\\b[,.!:;]*\\s+(?:please\\s+)?(?:rather\\s+|just\\s+|better\\s+)?(?:use|try|do|go with|switch to)\\s+${THING}(?:\\s+instead)?${END}`,
      'i',
    ),
    wanted: 1,
    unwanted: 0,
  },
  // use X instead
  {
    pattern: new RegExp(
      `^\\W*(?:please\\s+)?(?:use|try|go with|switch to)\\s+${THING}\\s+instead${END}`,
      'i',
    ),
    wanted: 1,
    unwanted: 0,
  },
]
/** A correction comes first, or not at all: further down a text speaks of other things. */
const CORRECTION_CHARS = 300

/** @returns What a person's message corrects; `null` when it is no correction. */
export function correctionIn(text: string): Correction | null {
  const start = text.slice(0, CORRECTION_CHARS)
  for (const { pattern, wanted, unwanted } of CORRECTIONS) {
    const found = pattern.exec(start)
    if (found) return { wanted: thing(found[wanted || -1]), unwanted: thing(found[unwanted || -1]) }
  }
  return null
}

function thing(said: string | undefined): string {
  return oneLine((said ?? '').replace(/\*\*|__|`|,$/g, ''), 120)
}

/** @returns The label in "option B", "go with B please"; empty when a person's message names none. */
export function pickedLabel(text: string): string {
  const found = new RegExp(
    `^\\W*(?:yes\\W+|ok(?:ay)?\\W+|let['’]?s\\s+|please\\s+|i(?:['’]d)?\\s+(?:prefer|choose|want)\\s+|(?:go|do|use|take|try)\\s+(?:with\\s+)?)*(?:the\\s+)?${KIND}\\s+${LABEL}\\b`,
    'i',
  ).exec(text)
  return found?.[1]?.toUpperCase() ?? ''
}

/** @returns The label of the first "option B" in a sentence; empty when it names none. */
export function namedLabel(sentence: string): string {
  return new RegExp(`\\b${KIND}\\s+${LABEL}\\b`, 'i').exec(sentence)?.[1]?.toUpperCase() ?? ''
}

const CONTINUES =
  /^\W*(?:please\s+)?(?:continue|go on|go ahead|proceed|carry on|keep going|resume|retry|try again|again|yes|yep|ok|okay|sure|do it|go)\W*(?:please|with (?:it|that)|thanks?)?\W*$/i

/** True for "continue", "yes", "try again": the request goes on, and no other one begins. */
export function isContinuation(text: string): boolean {
  return CONTINUES.test(text)
}
