import { isDurable, textOf, toolCallsOf } from '@heddle/core'
import type { DurableEvent, Message, RunEvent, RunResult } from '@heddle/core'
import { must, mustEqual } from './fault-row.ts'

/** A run that ended, from all sides. */
export interface EndedRun {
  /** What its reader heard. */
  readonly events: readonly RunEvent[]
  /** What its log holds. */
  readonly stored: readonly DurableEvent[]
  readonly result: RunResult
  readonly pendingTimers: number
  /** Must not occur anywhere. */
  readonly secret: string
}

/**
 * What holds for every run, whatever went wrong: the log has no gap and ends once; the reader heard what
 * was stored; what was streamed adds up to the transcript, nothing doubled; each call has one result; no timer
 * is left; a failure is one sentence; no secret got out.
 *
 * @throws Lost when it does not hold.
 */
export function checkRun(run: EndedRun): void {
  checkLog(run)
  checkDeltas(run.events, run.result.messages)
  checkPairs(run.result.messages)
  must(run.pendingTimers === 0, `${run.pendingTimers} timer(s) left`)
  const { stop } = run.result
  if (stop.reason === 'failed') checkSentence(stop.error.message)
  must(!JSON.stringify([run.events, run.result]).includes(run.secret), 'the API key got into the events')
}

function checkLog({ events, stored, result }: EndedRun): void {
  must(isWritable(stored), 'the log holds a value that JSON cannot write')
  mustEqual(
    stored.map(({ seq }) => seq),
    stored.map((_, index) => index + 1),
    'numbers in the log',
  )
  mustEqual(events.filter(isDurable), stored, 'what the reader heard and what was stored')
  must(stored[0]?.type === 'run.started', `the log begins with ${stored[0]?.type ?? 'nothing'}`)
  const ends = stored.filter(({ type }) => type === 'run.ended')
  must(
    ends.length === 1 && events.at(-1)?.type === 'run.ended',
    `${ends.length} end(s) of the run, or not the last event`,
  )
  mustEqual(
    result.stop,
    ends[0]?.type === 'run.ended' ? ends[0].stop : null,
    'the result and the log on how it ended',
  )
}

/** JSON can be read deeper than it can be written. */
function isWritable(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

/** A reader who shows deltas, and drops those of a turn that is reset, must have the transcript's text in the end. */
function checkDeltas(events: readonly RunEvent[], messages: readonly Message[]): void {
  const shown = new Map<string, string>()
  for (const event of events) {
    if (event.type === 'turn.reset') {
      for (const key of shown.keys()) if (key.startsWith(`${event.turn} `)) shown.delete(key)
    }
    if (event.type !== 'text.delta') continue
    const key = `${event.turn} ${event.part}`
    const before = shown.get(key) ?? ''
    must(event.offset === before.length, `a delta at ${event.offset} where ${before.length} was next`)
    shown.set(key, before + event.text)
  }
  const added = events.flatMap((event) => (event.type === 'message.added' ? [event.message] : []))
  const said = added.filter(({ role }) => role === 'assistant').map(textOf)
  mustEqual([...shown.values()].join(''), said.join(''), 'the text that was shown and the text that was kept')
  const last = messages.slice(messages.length - 1).map(textOf)
  must(
    said.length === 0 || messages.some((message) => textOf(message) === said.at(-1)),
    `the transcript lost "${last.join('')}"`,
  )
}

function checkPairs(messages: readonly Message[]): void {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? toolCallsOf(message) : []))
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  mustEqual(
    results.map(({ callId }) => callId),
    calls.map(({ callId }) => callId),
    'results for calls',
  )
  must(new Set(calls.map(({ callId }) => callId)).size === calls.length, 'two calls share an id')
}

/** A failure is told in one honest sentence: not empty, no stack, no page, no object. */
export function checkSentence(message: string): void {
  const problem =
    message.length < 10
      ? 'too short'
      : message.length > 600
        ? `${message.length} characters long`
        : /\n/.test(message)
          ? 'more than one line'
          : /\[object|undefined|<html|\bat .*:\d+:\d+/.test(message)
            ? 'not meant for people'
            : null
  must(problem === null, `the error is ${problem}: ${JSON.stringify(message.slice(0, 200))}`)
}
