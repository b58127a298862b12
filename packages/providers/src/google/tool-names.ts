import type { ToolSpec } from '@heddle/core'
import { shortCallId } from '../wire/call-ids.ts'

/** @see https://ai.google.dev/api/caching#FunctionDeclaration; earlier models took no more than 64 letters. */
const TAKEN = /^[A-Za-z_][\w.:-]{0,63}$/

/** Room for what is put around a name that is not taken as it is. */
const MAX_KEPT = 50

/** The name as it goes out. One that the API refuses, such as `3d_view`, becomes one that no other becomes. */
export function wireToolName(name: string): string {
  return TAKEN.test(name)
    ? name
    : `_${name.replace(/[^\w.:-]/g, '_').slice(0, MAX_KEPT)}_${shortCallId(name)}`
}

/** @returns A function from a list of tools to one that gives a tool its own name back. */
export function ownToolNames(): (tools: readonly ToolSpec[]) => (wireName: string) => string {
  const lists = new WeakMap<readonly ToolSpec[], ReadonlyMap<string, string>>()
  return (tools) => {
    let names = lists.get(tools)
    if (names === undefined) {
      const changed = tools.filter(({ name }) => !TAKEN.test(name))
      lists.set(tools, (names = new Map(changed.map(({ name }) => [wireToolName(name), name]))))
    }
    const known = names
    return (wireName) => known.get(wireName) ?? wireName
  }
}
