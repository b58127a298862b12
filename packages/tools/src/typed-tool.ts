import { tool } from '@heddle/core'
import type { JsonObject, Tool, ToolContext, ToolDefinition, ToolOutput } from '@heddle/core'

/** A tool definition with raw JSON Schema that says of which type its arguments are. */
export interface TypedToolDefinition<Input> extends Omit<ToolDefinition<JsonObject>, 'execute'> {
  readonly execute: (input: Input, context: ToolContext) => ToolOutput
}

/**
 * Core's `tool()` for raw JSON Schema, which tells the compiler nothing: arguments are checked against the
 * schema before `execute` sees them, so schema and `Input` have to say the same.
 */
export function typedTool<Input>({ execute, ...rest }: TypedToolDefinition<Input>): Tool {
  return tool<JsonObject>({
    ...rest,
    execute: (input, context) => execute(input as unknown as Input, context),
  })
}
