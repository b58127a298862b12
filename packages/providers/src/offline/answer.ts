import { attachmentAnswer } from './answer-attachment.ts'
import { countAnswer } from './answer-count.ts'
import { listAnswer, readAnswer } from './answer-files.ts'
import { overviewAnswer } from './answer-overview.ts'
import { findAnswer, markersAnswer } from './answer-search.ts'
import { helpAnswer } from './help-text.ts'
import type { Intent } from './intent.ts'
import type { Exchange } from './transcript.ts'

/**
 * The answer, in lines, made from what the tools gave.
 *
 * @param rounds - All calls made for the question; at least one unless the intent needs none.
 */
export function answerLines(intent: Intent, rounds: readonly (readonly Exchange[])[]): string[] {
  const first = rounds[0]?.[0]
  switch (intent.kind) {
    case 'markers':
      return first ? markersAnswer(intent, first) : []
    case 'find':
      return findAnswer(intent, rounds)
    case 'list':
      return listAnswer(intent, rounds)
    case 'read':
      return readAnswer(intent, rounds)
    case 'count':
      return first ? countAnswer(intent, first) : []
    case 'overview':
      return overviewAnswer(intent.path, rounds)
    case 'attachment':
      return attachmentAnswer(intent)
    case 'help':
      return helpAnswer(intent.reason)
    default:
      return intent satisfies never
  }
}
