import type { ToolSpec } from '@heddle/core'

/** @returns A function from a list of tools to its JSON array, made once per list and forgotten with it. */
export function encodedTools(
  encodeTool: (tool: ToolSpec) => unknown,
): (tools: readonly ToolSpec[]) => string {
  const lists = new WeakMap<readonly ToolSpec[], string>()
  return (tools) => {
    let json = lists.get(tools)
    if (json === undefined) lists.set(tools, (json = JSON.stringify(tools.map(encodeTool))))
    return json
  }
}
