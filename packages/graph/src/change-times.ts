import type { GraphNode } from './model.ts'

/** What of a node changes as one; a status and its reason belong together. */
export type Part = 'title' | 'description' | 'status' | 'confidence' | 'judgement'

type PartField = Part | 'reason'

export const PARTS: Readonly<Record<Part, readonly PartField[]>> = {
  title: ['title'],
  description: ['description'],
  status: ['status', 'reason'],
  confidence: ['confidence'],
  judgement: ['judgement'],
}

/** Epoch milliseconds of the last change of each part; a part that is left out is as old as the node. */
export type ChangeTimes = Readonly<Partial<Record<Part, number>>>

/** The times after a change. */
export function timesAfter(times: ChangeTimes, old: GraphNode, now: GraphNode): ChangeTimes {
  const after: Partial<Record<Part, number>> = { ...times }
  for (const [part, fields] of Object.entries(PARTS) as [Part, readonly PartField[]][]) {
    const isSame = fields.every((field) => JSON.stringify(old[field]) === JSON.stringify(now[field]))
    if (!isSame) after[part] = now.updatedAtMs
  }
  return after
}
