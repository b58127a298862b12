import type { HelpReason } from './intent.ts'
import { indented } from './wording.ts'

/** How to get a language model instead; the same words wherever it is said. */
export const HOW_TO_CONNECT =
  'set ANTHROPIC_API_KEY or OPENAI_API_KEY, start Ollama, or name a model with `heddle -m provider/model`'

const REASONS: Readonly<Record<HelpReason, string>> = {
  greeting:
    'Hello. I am a small planner made of rules, not a language model: I find and show things in the files of this project.',
  empty: 'There is no question in that.',
  unclear:
    'I did not understand that: I am a small planner made of rules, not a language model, and know a handful of questions.',
  change: 'I only read files; to write, change or run something takes a language model.',
  'version-control':
    'I run no commands, so I cannot ask git; pipe its output in, for example `git diff | heddle "review this"`.',
}

const EXAMPLES: readonly string[] = [
  'find all TODO comments',
  'search for "some text" in src',
  'where is parseConfig defined',
  'list the markdown files in docs',
  'show README.md lines 1-20',
  'how many TypeScript files are there',
  'what is this project',
  'git diff | heddle "review this"',
]

/** What the planner can do, and how to connect a model that can do more. */
export function helpAnswer(reason: HelpReason): string[] {
  return [
    REASONS[reason],
    '',
    'Ask for example:',
    '',
    ...indented(EXAMPLES),
    '',
    `To connect a language model, ${HOW_TO_CONNECT}.`,
  ]
}
