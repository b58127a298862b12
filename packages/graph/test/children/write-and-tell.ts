/**
 * Writes batches for ever, or so many; each acknowledged one is told at once as a line `prefix number` on stdout. A
 * batch is a new node with two links, a change of the first node that casts doubt or clears it, and now and then
 * a search. Arguments: target, prefix of the ids, number of batches.
 */
import { decisionGraph } from '@heddle/graph'
import { writeSync } from 'node:fs'
import { openTarget } from '../each-graph.ts'

const [target = '', prefix = '', batches = 'Infinity'] = process.argv.slice(2)
const db = openTarget(target)
const graph = await decisionGraph(db, { project: 'crash' })
const root = `${prefix}-root`
const spine = `${prefix}-spine`
await graph.write({
  nodes: [root, spine].map((id) => ({ id, type: 'goal', title: `${prefix} begins` })),
  edges: [{ from: root, to: spine, type: 'requires' }],
})
const first = (await graph.walk(spine, { depth: 1 })).length
for (let at = first; at < first + Number(batches); at++) {
  const id = `${prefix}-${at}`
  await graph.write({
    nodes: [{ id, type: 'action', title: `${prefix} step ${at}` }],
    edges: [
      { from: spine, to: id, type: 'supports' },
      { from: root, to: id, type: 'leads_to' },
    ],
    changes: [{ id: root, confidence: at % 2 === 0 ? 10 : 90, because: id }],
  })
  writeSync(1, `${prefix} ${at}\n`)
  if (at % 5 === 0) await graph.search(`${prefix} step ${at}`)
}
await db.destroy()
