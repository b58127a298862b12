import type { Consultation, GraphNode, Pulse } from '@heddle/graph'
import type { Page, Style } from '../page.ts'
import { nodeLine } from './node-line.ts'

/** More of one kind is told as a number. */
const SHOWN = 10

/** The pulse as a person reads it: a mark, then what needs a look; kinds with nothing in them are one line. */
export async function printPulse(page: Page, pulse: Pulse): Promise<void> {
  const style: Style = pulse.health >= 80 ? 'green' : pulse.health >= 50 ? 'yellow' : 'red'
  await page.print(`Health ${page.style(style, `${pulse.health} of 100`)}`)
  const sections: readonly (readonly [string, readonly GraphNode[]])[] = [
    ['Open goals', pulse.activeGoals],
    ['Recent decisions', pulse.recentDecisions],
    ['Nothing came of them yet', pulse.coverageGaps],
    ['Low confidence', pulse.lowConfidence],
    ['In doubt', pulse.uncertain],
    ['Not touched for a week', pulse.stale],
    ['Without any link', pulse.orphans],
  ]
  for (const [title, nodes] of sections) await printSection(page, title, nodes)
  const empty = sections.filter(([, nodes]) => nodes.length === 0).map(([title]) => title.toLowerCase())
  if (empty.length > 0) await page.print('', page.style('dim', `None: ${empty.join(', ')}.`))
}

/** What was decided, ruled out and is in doubt about a topic. */
export async function printConsultation(page: Page, topic: string, found: Consultation): Promise<void> {
  const { decided, ruledOut, uncertain } = found
  if (decided.length + ruledOut.length + uncertain.length === 0)
    return page.print(`Nothing was decided or ruled out about "${topic}".`)
  await printSection(
    page,
    'Decided',
    decided.map(({ node }) => node),
    false,
  )
  if (ruledOut.length > 0) {
    await page.print(...heading(page, 'Ruled out', decided.length > 0))
    for (const { hit, outcomes } of ruledOut.slice(0, SHOWN)) {
      await page.print(nodeLine(page, hit.node, { isTable: true }))
      await page.print(...outcomes.slice(0, 3).map((node) => nodeLine(page, node, { branch: '└─ ' })))
    }
    await printRest(page, ruledOut.length)
  }
  await printSection(
    page,
    'In doubt',
    uncertain.map(({ node }) => node),
    decided.length + ruledOut.length > 0,
  )
}

async function printSection(
  page: Page,
  title: string,
  nodes: readonly GraphNode[],
  isAfterOthers = true,
): Promise<void> {
  if (nodes.length === 0) return
  await page.print(...heading(page, title, isAfterOthers))
  await page.print(...nodes.slice(0, SHOWN).map((node) => nodeLine(page, node, { isTable: true })))
  await printRest(page, nodes.length)
}

function heading(page: Page, title: string, isAfterOthers: boolean): string[] {
  return [...(isAfterOthers ? [''] : []), page.style('bold', title)]
}

async function printRest(page: Page, count: number): Promise<void> {
  if (count > SHOWN)
    await page.print(page.style('dim', `         and ${(count - SHOWN).toLocaleString('en-US')} more`))
}
