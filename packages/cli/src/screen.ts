import type { LanguageModel, RunResult, Sink } from '@heddle/core'
import { stopSentence } from './closing-lines.ts'
import type { Bill } from './closing-lines.ts'
import type { Outlet } from './outlet.ts'
import { textRenderer } from './render-text.ts'

/** Where and how the command prints. */
export interface Screen {
  readonly out: Outlet
  readonly err: Outlet
  readonly isQuiet: boolean
  readonly isVerbose: boolean
}

/**
 * Prints one run as text: the answer on standard output, everything else on standard error.
 *
 * @param asksApproval - Somebody else puts the questions of `approval.requested`.
 */
export function textSink(
  { out, err, isQuiet, isVerbose }: Screen,
  notice: string | null,
  asksApproval: boolean,
): Sink {
  const renderer = textRenderer({
    notice,
    isQuiet,
    isVerbose,
    asksApproval,
    hasColor: err.hasColor,
    statusColumns: err.columns,
  })
  return {
    async write(events) {
      for (const piece of renderer.render(events)) {
        await (piece.to === 'answer' ? out : err).write(piece.text)
      }
    },
  }
}

/** Prints a note in its own line on standard error. */
export async function note({ err }: Screen, text: string): Promise<void> {
  await err.write(err.hasColor ? `\u001b[2m${text}\u001b[0m\n` : `${text}\n`)
}

/** Prints what is wrong, in one sentence, on standard error. */
export async function complaint({ err }: Screen, sentence: string): Promise<void> {
  await err.write(`heddle: ${sentence}\n`)
}

/** Says why a run stopped short of its end; nothing when it did not. */
export async function explainStop(screen: Screen, { stop }: RunResult): Promise<void> {
  const sentence = stopSentence(stop)
  if (sentence !== null) await complaint(screen, sentence)
}

/**
 * What a run is billed. A turn that was broken off reports no usage, though the provider may charge for
 * it: its cost is unknown, not zero.
 */
export function billOf(result: RunResult, model: LanguageModel): Bill {
  const wasCut = result.stop.reason === 'aborted' || result.stop.reason === 'failed'
  const { price } = model.info
  const isFree = price !== null && price.input === 0 && price.output === 0
  return wasCut && !isFree && result.costMicroUsd === 0 ? { ...result, costMicroUsd: null } : result
}
