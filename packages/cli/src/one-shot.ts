import { jsonLinesSink } from '@heddle/core'
import type { LanguageModel, RunResult, Sink } from '@heddle/core'
import { closingLine } from './closing-lines.ts'
import type { OutputFormat } from './command.ts'
import { driveRun } from './drive-run.ts'
import type { AskApproval } from './drive-run.ts'
import { EXIT, runExitCode } from './exit-codes.ts'
import { billOf, complaint, explainStop, note, textSink } from './screen.ts'
import type { Screen } from './screen.ts'
import type { StopSignals } from './stop-signals.ts'
import { agentAt, settleDecisions } from './workbench.ts'
import type { AnnouncedModel, Workbench } from './workbench.ts'

/** One prompt and who answers it. */
export interface OneShot extends AnnouncedModel {
  readonly prompt: string
  readonly format: OutputFormat
  /** Null when there is nobody to ask: a run that needs approval pauses, and that is its end here. */
  readonly askApproval: AskApproval | null
}

/**
 * Runs one prompt to its end and prints it.
 *
 * @param readerLeft - Aborts when nobody reads standard output any more.
 * @returns The exit code.
 */
export async function runOneShot(
  job: OneShot,
  bench: Workbench,
  screen: Screen,
  stop: { readonly signals: StopSignals; readonly readerLeft: AbortSignal },
): Promise<number> {
  const beganMs = performance.now()
  const signal = AbortSignal.any([stop.signals.signal, stop.readerLeft])
  const run = agentAt(bench, job.model).run(job.prompt, {
    signal,
    sinks: [...(bench.decisions?.sinks ?? []), sinkFor(job, screen)].filter((sink) => sink !== null),
  })
  const result = await driveRun(run, job.askApproval, signal)
  const durationMs = performance.now() - beganMs

  if (screen.out.failure !== null) return readerLeftExitCode(screen, screen.out.failure)
  if (job.format === 'json')
    await screen.out.write(`${JSON.stringify(summary(result, job.model, durationMs))}\n`)
  else if (job.format === 'text') await closeText(job, screen, result, durationMs)
  await explainStop(screen, result)
  await settleDecisions(bench, screen, result)
  return runExitCode(result.stop, stop.signals.received ?? undefined)
}

function sinkFor(job: OneShot, screen: Screen): Sink | null {
  switch (job.format) {
    case 'text':
      return textSink(screen, job.notice, job.askApproval !== null)
    case 'stream-json':
      return jsonLinesSink((lines) => screen.out.write(lines))
    case 'json':
      return null
    default:
      return job.format satisfies never
  }
}

async function closeText(job: OneShot, screen: Screen, result: RunResult, durationMs: number): Promise<void> {
  const { stop } = result
  // Nothing was asked of anybody: the error's sentence says it all.
  if (screen.isQuiet || (stop.reason === 'failed' && stop.error.code.startsWith('config.'))) return
  const prefix = stop.reason === 'aborted' ? 'interrupted · ' : ''
  await note(screen, prefix + closingLine(billOf(result, job.model), durationMs))
}

/** What `--output-format json` prints; described in docs/reference/cli.md. */
function summary(
  result: RunResult,
  model: LanguageModel,
  durationMs: number,
): Readonly<Record<string, unknown>> {
  const { runId, text, stop, steps, usage } = result
  const { costMicroUsd } = billOf(result, model)
  return {
    runId,
    model: model.id,
    text,
    stop: stop.reason,
    error: stop.reason === 'failed' ? stop.error : null,
    steps,
    usage,
    costUsd: costMicroUsd === null ? null : costMicroUsd / 1_000_000,
    durationMs: Math.round(durationMs),
  }
}

/** A reader that has seen enough (`| head -1`) is no failure; a full disk is. */
async function readerLeftExitCode(screen: Screen, failure: NodeJS.ErrnoException): Promise<number> {
  if (failure.code === 'EPIPE' || failure.code === 'ECONNRESET') return EXIT.done
  await complaint(screen, `Standard output cannot be written: ${failure.message}.`)
  return EXIT.failed
}
