import { graphMermaid, graphSvg, narrative, selectSubgraph, writeup } from '@heddle/graph'
import type { NewNode } from '@heddle/graph'
import { expect, test } from 'vitest'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()

/** What stands for the title in a narrative of it alone. */
async function narrated(more: Partial<NewNode>): Promise<string> {
  const graph = await newGraph()
  await graph.write({ nodes: [{ type: 'action', title: 'Title', createdAtMs: 0, ...more }] })
  const text = await narrative(graph)
  return text.split('- 00:00 **action** ')[1]?.trim() ?? ''
}

test.each([
  ['---', String.raw`\---`],
  ['===', String.raw`\===`],
  ['~~~ js', String.raw`\~\~\~ js`],
  ['``` js', '\\`\\`\\` js'],
  ['# a', String.raw`\# a`],
  ['+ a', String.raw`\+ a`],
  ['12. a', String.raw`12\. a`],
  ['1)', String.raw`1\)`],
  ['a & b &lt;', String.raw`a \& b \&lt;`],
  ['[a](b) <i> |c|', String.raw`\[a\](b) \<i\> \|c\|`],
  ['a\x1B[2J\u202Eb', String.raw`a \[2J b`],
  ['-v 1.5 is #1', String.raw`-v 1.5 is #1`],
])('%j means nothing to Markdown', async (title, shown) => {
  expect(await narrated({ title })).toBe(shown)
  expect(await narrated({ description: title })).toBe(`Title\\\n  ${shown}`)
})

test.each([
  ['a`b', '`` a`b ``'],
  ['a``b`c', '``` a``b`c ```'],
  ['a.ts', '`a.ts`'],
  ['a\n\n# b\x1B', '`a # b`'],
])('the file %j is code to its end', async (file, shown) => {
  expect(await narrated({ files: [file] })).toBe(`Title\\\n  Files: ${shown}`)
})

test('reports name twenty files of an entry, and say how many there are more', async () => {
  const graph = await newGraph()
  const files = Array.from({ length: 23 }, (_none, at) => `f${at}.ts`)
  await graph.write({ nodes: [{ type: 'action', title: 'Rename', files }] })

  for (const text of [await narrative(graph), await writeup(graph)]) {
    expect(text).toContain('`f18.ts`, `f19.ts`, and 3 more')
    expect(text).not.toContain('f20')
  }
})

test('pictures hold no orders to Mermaid, and no characters that XML refuses', async () => {
  const graph = await newGraph()
  await graph.write({ nodes: [{ type: 'goal', title: '%%{init: {"theme": "dark"}}%% \uFFFE\uFFFF\x1B' }] })
  const part = await selectSubgraph(graph)

  expect(graphMermaid(part)).not.toMatch(/%%|[{}]|\p{Cc}(?<!\n)/u)
  expect(graphSvg(part)).not.toMatch(/[\uFFFE\uFFFF]|\p{Cc}(?<!\n)/u)
})

test.each([
  ['@ana asked @bo-2, not a@b.example', '@&#8203;ana asked @&#8203;bo-2, not a@b.example'],
  ['@heddle/core @ 1', '@&#8203;heddle/core @ 1'],
])('%j calls nobody in a write-up, and is as it was in a narrative', async (title, shown) => {
  const graph = await newGraph()
  await graph.write({ nodes: [{ type: 'goal', title, createdAtMs: 0 }] })

  expect(await writeup(graph)).toContain(`# ${shown}\n`)
  expect(await narrated({ title })).toBe(title)
})
