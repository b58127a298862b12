import { isJsonObject } from '@heddle/core'
import type { JsonObject, ToolCallPart } from '@heddle/core'

/** Servers parse the arguments of past calls, so what a model wrote wrongly goes back as an object that holds it. */
export function callInput(call: ToolCallPart): JsonObject {
  return isJsonObject(call.input) && call.inputError === undefined
    ? call.input
    : { invalid_arguments: call.input }
}
