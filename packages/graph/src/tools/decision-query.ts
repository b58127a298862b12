import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode, NodeType } from '../model.ts'
import { pulse } from '../report/pulse.ts'
import { existingNode, shownNode } from './shown-node.ts'
import { typedTool } from './typed-tool.ts'

interface QueryInput {
  readonly query: 'active_goals' | 'recent' | 'search' | 'consult' | 'pulse' | 'node'
  readonly text?: string
  readonly id?: string
  readonly limit?: number
}

const DEFAULT_LIMIT = 10
const MOST_LINKS = 20
const DECIDING: readonly NodeType[] = ['decision', 'option']

/** `decision_query`: reads the graph. One line a node, ids first, so that they can be used in the other tools. */
export function decisionQueryTool(graph: DecisionGraph): Tool {
  return typedTool<QueryInput>({
    name: 'decision_query',
    description:
      'Reads what was decided before. active_goals; recent (decisions); search (text: any words); consult (text: a topic; what was ' +
      'decided or ruled out about it, with what came of it); node (id: everything about it); pulse (what is unfinished or unsure).',
    input: {
      type: 'object',
      properties: {
        query: { enum: ['active_goals', 'recent', 'search', 'consult', 'pulse', 'node'] },
        text: { type: 'string', description: 'For search and consult.' },
        id: { type: 'string', description: 'For node.' },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: 50,
          description: `Most nodes; default ${DEFAULT_LIMIT}.`,
        },
      },
      required: ['query'],
      additionalProperties: false,
    },
    effect: 'pure',
    execute: (input) => answer(graph, input),
  })
}

async function answer(graph: DecisionGraph, input: QueryInput): Promise<string> {
  const { query, limit = DEFAULT_LIMIT } = input
  switch (query) {
    case 'active_goals':
      return listed(
        await graph.nodes({ types: ['goal'], statuses: ['active'], limit }),
        'There is no active goal.',
      )
    case 'recent':
      return listed(await graph.nodes({ types: DECIDING, limit }), 'Nothing was decided yet.')
    case 'search': {
      const hits = await graph.search(required(input.text, 'text', query), { limit })
      return listed(
        hits.map(({ node }) => node),
        'Nothing matches.',
      )
    }
    case 'consult':
      return consulted(graph, required(input.text, 'text', query), limit)
    case 'node':
      return described(graph, await existingNode(graph, required(input.id, 'id', query)))
    case 'pulse':
      return pulsed(graph, limit)
  }
}

function required(value: string | undefined, name: string, query: string): string {
  if (value !== undefined && value.trim() !== '') return value
  throw new ToolError('tool.bad_input', `The query ${query} needs ${name}.`)
}

function listed(nodes: readonly GraphNode[], none: string): string {
  return nodes.length === 0 ? none : nodes.map(shownNode).join('\n')
}

async function consulted(graph: DecisionGraph, topic: string, limit: number): Promise<string> {
  const { decided, ruledOut, uncertain } = await graph.consult(topic, { limit })
  const out = ruledOut.map(({ hit, outcomes }) => {
    const came = outcomes.map((outcome) => `\n  came of it: ${shownNode(outcome)}`).join('')
    return `${shownNode(hit.node)}${came}`
  })
  const parts = [
    section(
      'Decided:',
      decided.map(({ node }) => shownNode(node)),
    ),
    section('Ruled out:', out),
    section(
      'In doubt:',
      uncertain.map(({ node }) => shownNode(node)),
    ),
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'Nothing was decided or ruled out about this.' : parts.join('\n')
}

async function described(graph: DecisionGraph, node: GraphNode): Promise<string> {
  const edges = await graph.edges([node.id])
  const others = await graph.get([...new Set(edges.map(({ from, to }) => (from === node.id ? to : from)))])
  const byId = new Map(others.map((other) => [other.id, other]))
  const lines = edges.slice(0, MOST_LINKS).map(({ from, to, type }) => {
    const other = byId.get(from === node.id ? to : from)
    return `${from === node.id ? `${type} →` : `← ${type}`} ${other ? shownNode(other) : ''}`
  })
  const { description, evidence, commits } = node
  return [
    shownNode(node),
    ...(description === '' ? [] : [description]),
    ...(commits.length === 0 ? [] : [`commits: ${commits.map((hash) => hash.slice(0, 10)).join(', ')}`]),
    ...(evidence.length === 0
      ? []
      : [
          `seen in: ${evidence
            .slice(0, 5)
            .map(({ runId, seq }) => `${runId}#${seq}`)
            .join(', ')}`,
        ]),
    section('Links:', lines),
    ...(edges.length > MOST_LINKS ? [`and ${edges.length - MOST_LINKS} more`] : []),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

async function pulsed(graph: DecisionGraph, limit: number): Promise<string> {
  const { health, activeGoals, coverageGaps, lowConfidence, uncertain, stale, orphans } = await pulse(graph)
  const counts = `Health ${health} of 100; ${activeGoals.length} active goals, ${stale.length} stale, ${orphans.length} unlinked.`
  const parts = [
    section('Nothing came of:', coverageGaps.slice(0, limit).map(shownNode)),
    section('Low confidence:', lowConfidence.slice(0, limit).map(shownNode)),
    section('In doubt:', uncertain.slice(0, limit).map(shownNode)),
  ]
  return [counts, ...parts].filter((part) => part !== '').join('\n')
}

function section(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [head, ...lines.map((line) => `- ${line}`)].join('\n')
}
