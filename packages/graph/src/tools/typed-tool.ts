import { tool } from '@heddle/core'
import type { JsonObject, Tool, ToolContext, ToolDefinition } from '@heddle/core'

/** What {@link typedTool} is told: raw JSON Schema, and a function that knows what it lets through. */
interface TypedToolDefinition<Input> extends Omit<ToolDefinition<JsonObject>, 'execute'> {
  readonly execute: (input: Input, context: ToolContext) => Promise<string>
}

/** Core's `tool()` for raw JSON Schema: arguments are checked against it first, so it and `Input` have to agree. */
export function typedTool<Input>({ execute, ...rest }: TypedToolDefinition<Input>): Tool {
  return tool<JsonObject>({
    ...rest,
    execute: (input, context) => execute(input as unknown as Input, context),
  })
}
