import { contextBlock, decisionGraph } from '@heddle/graph'
import { openStore } from '@heddle/store'
import { PROJECT } from './graph-data.ts'
import type { GraphSubject } from './graph-subject.ts'

/** The graph in a store, as the command line has it. */
export async function heddleGraph(file: string): Promise<GraphSubject> {
  const { db } = await openStore(file)
  const graph = await decisionGraph(db, { project: PROJECT })
  return {
    write: async (nodes, edges) => {
      await graph.write({ nodes, edges })
    },
    index: async () => {
      await graph.search('anything')
    },
    descendants: async (id) => (await graph.walk(id, { depth: 10 })).length,
    search: async (text) => (await graph.search(text, { limit: 20 })).length,
    context: async (prompt) => (await contextBlock(graph, { prompt, session: 'session-7' })).length,
    setConfidence: async (id, confidence) => {
      const { doubted, cleared } = await graph.write({ changes: [{ id, confidence }] })
      return doubted.length + cleared.length
    },
  }
}
