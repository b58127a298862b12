import { isDurable, textOf, toolCallsOf } from '@heddle/core'
import type { DurableEvent, ErrorJson, JsonValue, RunEvent, RunRef, Sink } from '@heddle/core'
import { oneLine } from './one-line.ts'

/** What {@link devLogger} may be told. */
export interface DevLoggerOptions {
  /** Gets one or more whole lines, each ending in a line feed; the run waits for what it returns. Default `console.error`. */
  readonly write?: (lines: string) => void | PromiseLike<void>
  /** True: ANSI colours. Default false. */
  readonly colour?: boolean
}

/** Texts longer than this are cut, so that an event stays one line of a wide terminal. */
const TEXT_LENGTH = 120

/**
 * Writes one line per event that is kept, and per progress of a tool: time of day (UTC), agent, run, event, what
 * matters of it. Deltas are left out, the whole message follows them. Texts are cut and made safe to print.
 *
 * It shows prompts, arguments and results: for development, not for logs that are kept.
 *
 * @example
 * const run = helper.run('What is in this folder?', { sinks: [devLogger({ colour: true })] })
 */
export function devLogger(options: DevLoggerOptions = {}): Sink {
  const { write = (lines) => console.error(lines.slice(0, -1)), colour = false } = options
  const paint = colour ? ansi : plain
  return {
    write(events, run) {
      let lines = ''
      for (const event of events) lines += lineOf(event, run, paint)
      return lines === '' ? undefined : write(lines)
    },
  }
}

type Paint = (text: string, style: 'dim' | 'bold' | 'red') => string

const plain: Paint = (text) => text
const CODES = { dim: 2, bold: 1, red: 31 } as const
const ansi: Paint = (text, style) => `\u001b[${CODES[style]}m${text}\u001b[0m`

/** Wide enough for the time of day, `HH:MM:SS.mmm`. */
const NO_TIME = ' '.repeat(12)
/** Wide enough for the longest type that is common. */
const TYPE_WIDTH = 14

function lineOf(event: RunEvent, run: RunRef, paint: Paint): string {
  if (!isDurable(event) && event.type !== 'tool.progress') return ''
  const time = isDurable(event) ? new Date(event.atMs).toISOString().slice(11, 23) : NO_TIME
  const who = `${run.parent ? '  ' : ''}${oneLine(run.agent, 24)} ${oneLine(run.runId, 24)}`
  const type = paint(event.type.padEnd(TYPE_WIDTH), hasFailed(event) ? 'red' : 'bold')
  const details = isDurable(event) ? detailsOf(event) : `${oneLine(event.callId, 24)} ${shown(event.value)}`
  return `${paint(`${time} ${who}`, 'dim')} ${type} ${details}`.trimEnd() + '\n'
}

function hasFailed(event: RunEvent): boolean {
  switch (event.type) {
    case 'run.ended':
      return event.stop.reason === 'failed'
    case 'tool.ended':
      return event.result.status !== 'ok'
    case 'model.retried':
    case 'model.switched':
      return true
    default:
      return false
  }
}

function detailsOf(event: DurableEvent): string {
  switch (event.type) {
    case 'run.started':
      return `${event.model} ${event.input ? shown(textOf(event.input)) : '(no new input)'}`
    case 'turn.started':
      return `#${event.turn} ${event.model}`
    case 'message.added':
      return `#${event.turn} ${messageDetails(event.message)}`
    case 'turn.ended':
      return `#${event.turn} ${event.finish} ${usageDetails(event)}`
    case 'model.retried':
      return `#${event.turn} attempt ${event.attempt} failed, again in ${event.delayMs} ms: ${reason(event.error)}`
    case 'model.switched':
      return `#${event.turn} ${event.from} → ${event.to}: ${reason(event.error)}`
    case 'turn.reset':
      return `#${event.turn} what was said is void`
    case 'tool.started':
      return `${event.name} ${event.callId} ${shown(event.input)}`
    case 'tool.ended': {
      const { name, callId, status, output, error } = event.result
      return `${oneLine(name, 64)} ${callId} ${status} in ${event.durationMs} ms: ${error ? reason(error) : shown(output)}`
    }
    case 'approval.requested':
      return `${event.request.tool} ${event.request.callId} ${shown(event.request.input)}: ${shown(event.request.reason)}`
    case 'approval.answered':
      return `${event.answer.decision} by ${oneLine(event.answer.by, 40)}`
    case 'input.queued':
      return shown(textOf(event.message))
    case 'run.paused':
      return `waits for ${event.waiting.length} answer(s)`
    case 'run.ended':
      return event.stop.reason === 'failed' ? `failed: ${reason(event.stop.error)}` : stopDetails(event.stop)
    default: {
      // Newer kinds of event than this reader knows are shown as they are.
      const { type: _type, seq: _seq, atMs: _atMs, ...rest } = event
      return Object.keys(rest).length === 0 ? '' : shown(rest)
    }
  }
}

function messageDetails(message: Extract<DurableEvent, { type: 'message.added' }>['message']): string {
  const text = textOf(message)
  const calls = message.role === 'assistant' ? toolCallsOf(message) : []
  const parts = [text === '' ? '' : shown(text), ...calls.map((call) => `→ ${oneLine(call.name, 64)}`)]
  const cut = message.role === 'assistant' && message.incomplete ? ['(cut off)'] : []
  return [...parts.filter((part) => part !== ''), ...cut].join(' ')
}

function usageDetails({ usage, costMicroUsd }: Extract<DurableEvent, { type: 'turn.ended' }>): string {
  const tokens = usage ? `${usage.inputTokens} in, ${usage.outputTokens} out` : 'tokens unknown'
  return costMicroUsd === null ? tokens : `${tokens}, $${(costMicroUsd / 1_000_000).toFixed(6)}`
}

function stopDetails(stop: Extract<DurableEvent, { type: 'run.ended' }>['stop']): string {
  const { reason: why, ...rest } = stop
  return Object.keys(rest).length === 0 ? why : `${why} ${shown(rest)}`
}

function reason({ code, message }: ErrorJson): string {
  return `${oneLine(message, TEXT_LENGTH)} (${code})`
}

/** JSON on one line, cut. */
function shown(value: JsonValue | object): string {
  return oneLine(JSON.stringify(value), TEXT_LENGTH)
}
