import type { JsonValue, ToolResultPart } from '@heddle/core'
import { isJsonObject, toolResultText } from '@heddle/core'
import { oneLine, shorten } from './neutralise.ts'
import { formatDuration, formatPlural } from './quantities.ts'

/** UTF-16 units: with name, outcome and duration a line still fits on a screen of 120 columns. */
const MAX_INPUT_LENGTH = 60
const MAX_VALUE_LENGTH = 40
const MAX_OUTCOME_LENGTH = 60

/** `grep "TODO" path="src"`: the tool and, briefly, its arguments; one safe line. */
export function callSummary(name: string, input: JsonValue): string {
  return `${oneLine(name)} ${shorten(inputSummary(input), MAX_INPUT_LENGTH)}`.trimEnd()
}

/** The first argument is the one that matters in all our tools, so it stands without its name. */
function inputSummary(input: JsonValue): string {
  if (!isJsonObject(input)) return valueSummary(input)
  const pairs = Object.entries(input).filter((pair): pair is [string, JsonValue] => pair[1] !== undefined)
  return pairs
    .map(([key, value], index) =>
      index === 0 ? valueSummary(value) : `${oneLine(key)}=${valueSummary(value)}`,
    )
    .join(' ')
}

function valueSummary(value: JsonValue): string {
  if (typeof value === 'string') return `"${shorten(oneLine(value), MAX_VALUE_LENGTH)}"`
  return shorten(oneLine(JSON.stringify(value)), MAX_VALUE_LENGTH)
}

/** How a call ended, in a few words: `12 lines`, `exit code 0`, or the error's sentence. */
export function outcomeSummary(result: ToolResultPart): string {
  if (result.status === 'interrupted') return 'interrupted'
  if (result.error) {
    return shorten(`${result.status}: ${oneLine(result.error.message)}`, 2 * MAX_OUTCOME_LENGTH)
  }
  const lines = toolResultText(result).trimEnd().split('\n')
  // Tools put what they want to say about their output in brackets on its last line.
  const note = /^\[(.+)\]$/.exec(lines.at(-1) ?? '')?.[1]
  const body = note === undefined ? lines : lines.slice(0, -1)
  if (note !== undefined && (result.name === 'bash' || body.length === 0)) {
    // `bash` says how long the command took; our line ends with a duration of its own.
    return shorten(oneLine(note.replace(/, [\d.]+ m?s$/, '')), MAX_OUTCOME_LENGTH)
  }
  if (body.length > 1) return formatPlural(body.length, 'line')
  const only = oneLine(body[0] ?? '')
  return only === '' ? 'no output' : shorten(only, MAX_OUTCOME_LENGTH)
}

/** `• grep "TODO"  12 lines  34 ms`; a call that did not succeed begins with `✗`. One safe line without its end. */
export function toolLine(input: JsonValue, result: ToolResultPart, durationMs: number): string {
  const mark = result.status === 'ok' ? '•' : '✗'
  return [
    `${mark} ${callSummary(result.name, input)}`,
    outcomeSummary(result),
    formatDuration(durationMs),
  ].join('  ')
}
