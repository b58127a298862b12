import { isJsonObject } from '@heddle/core'
import type { JsonObject, ToolCallPart } from '@heddle/core'

/** Servers parse the arguments of past calls, so what a model wrote wrongly goes back as an object that holds it. */
export function callInput(call: ToolCallPart): JsonObject {
  const input =
    isJsonObject(call.input) && call.inputError === undefined ? call.input : { invalid_arguments: call.input }
  const json = JSON.stringify(input)
  return LONE_HALF.test(json) ? (JSON.parse(json.replace(ESCAPE, wholeOrNone)) as JsonObject) : input
}

/** JSON text escapes the half of a surrogate pair, which servers refuse, and only the half. */
const LONE_HALF = /\\ud[89a-f]/i

/** An escaped backslash is one too, so that what follows it is not taken for an escape. */
const ESCAPE = /\\(ud[89a-f][\da-f]{2}|.)/gi

function wholeOrNone(escape: string): string {
  return escape.length > 2 ? '\ufffd' : escape
}
