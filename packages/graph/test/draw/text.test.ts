import { describe, expect, test } from 'vitest'
import { graphDot } from '../../src/draw/dot.ts'
import { graphMermaid } from '../../src/draw/mermaid.ts'
import { textLines, textWidth } from '../../src/draw/text-lines.ts'
import { sampleEdge, sampleNode } from './sample-graph.ts'

const graph = {
  nodes: [
    sampleNode('n1', { type: 'goal', title: 'Say "hi" \\ to <all>' }),
    sampleNode('n2', { type: 'option', title: 'By mail\nor so', status: 'rejected', confidence: 30 }),
  ],
  edges: [sampleEdge('n1', 'n2', 'rejected'), sampleEdge('n1', 'n2')],
}

test('Graphviz text quotes what people wrote, and shows type, status and confidence', () => {
  expect(graphDot(graph)).toBe(
    [
      'digraph decisions {',
      '  rankdir=TB',
      String.raw`  "n1" [label="Say \"hi\" \\ to <all>", shape=house, tooltip="goal, active"]`,
      String.raw`  "n2" [label="By mail\nor so\n30 %", shape=parallelogram, tooltip="option, rejected", style=dashed]`,
      '  "n1" -> "n2" [style=dashed, label="rejected"]',
      '  "n1" -> "n2" [style=solid]',
      '}',
      '',
    ].join('\n'),
  )
})

test('Mermaid text names nodes by number, and writes what Mermaid would read as entities', () => {
  expect(graphMermaid(graph)).toBe(
    [
      'flowchart TD',
      '  n1(["Say #34;hi#34; #92; to #60;all#62;"])',
      '  n2[/"By mail or so (rejected)"/]',
      '  n1 -.->|rejected| n2',
      '  n1 --> n2',
      '  classDef over stroke-dasharray:5 5,color:#777',
      '  class n2 over',
      '',
    ].join('\n'),
  )
})

describe('lines of text', () => {
  test('break between words, and behind the signs that join a path', () => {
    expect(textLines('one two three', 10, 45, 3)).toEqual(['one two', 'three'])
    expect(textLines('packages/graph/src/draw', 10, 90, 3)).toEqual(['packages/graph/', 'src/draw'])
  })

  test('are cut with dots where there are too many, and none is wider than allowed', () => {
    const lines = textLines('word '.repeat(40), 10, 60, 3)

    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toMatch(/…$/)
    expect(Math.max(...lines.map((line) => textWidth(line, 10)))).toBeLessThanOrEqual(60)
  })

  test('of nothing are none', () => {
    expect(textLines('  \n ', 10, 60, 3)).toEqual([])
  })
})
