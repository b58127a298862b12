import { ToolError } from '@heddle/core'
import { oneLine } from '../capture/one-line.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'

const TITLE_CHARS = 160
const REASON_CHARS = 240

/** A node in one line for a model: id, type, title, and what there is of status, confidence, reason and files. */
export function shownNode({ id, type, title, status, reason, confidence, files, doubts }: GraphNode): string {
  const notes = [
    ...(status === 'active' ? [] : [status]),
    ...(confidence === null ? [] : [`confidence ${confidence}`]),
    ...(doubts.length === 0 ? [] : ['in doubt']),
    ...(reason === '' ? [] : [`because: ${oneLine(reason, REASON_CHARS)}`]),
    ...(files.length === 0 ? [] : [`in ${oneLine(files.slice(0, 4).join(', '), REASON_CHARS)}`]),
  ]
  return `${id} ${type} “${oneLine(title, TITLE_CHARS)}”${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

/** @throws ToolError `tool.failed` that says how to find ids. */
export async function existingNode(graph: DecisionGraph, id: string): Promise<GraphNode> {
  const [node] = await graph.get([id])
  if (node) return node
  throw new ToolError(
    'tool.failed',
    `There is no node ${JSON.stringify(id)}; ask decision_query for the ids that there are.`,
  )
}
