import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { graphSvg } from '../../src/draw/svg.ts'
import { sampleEdge, sampleNode, shopGraph } from './sample-graph.ts'

/** Where Linux distributions put it; `CHROMIUM` names another one. */
const CHROMIUM = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

/** As much of the browser's `Element` as is used. */
interface Shown {
  getBoundingClientRect(): { left: number; top: number; right: number; bottom: number }
}

test('an SVG of equal graphs is equal text', () => {
  expect(graphSvg(shopGraph())).toBe(graphSvg(shopGraph()))
})

describe.skipIf(CHROMIUM === undefined)('an SVG in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-graph-svg-'))
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-sync',
      ],
    })
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function shown(svg: string): Promise<Page> {
    const file = join(folder, 'graph.svg')
    writeFileSync(file, svg)
    const page = await browser.newPage()
    await page.goto(`file://${file}`)
    return page
  }

  test('is well formed, and every text of a node lies within its card', async () => {
    const page = await shown(graphSvg(shopGraph()))

    const cards = await page.locator('g').evaluateAll((groups) =>
      groups.map((group) => {
        const box = (element: Shown): number[] => {
          const { left, top, right, bottom } = element.getBoundingClientRect()
          return [left, top, right, bottom]
        }
        const card = box(group.querySelector('.card') ?? group)
        const texts = [...group.querySelectorAll('text')].map((text) => ({
          text: text.textContent,
          box: box(text),
        }))
        return { card, texts }
      }),
    )

    expect(cards).toHaveLength(60)
    const outside = cards.flatMap(({ card: [left = 0, top = 0, right = 0, bottom = 0], texts }) =>
      texts.filter(({ box: [l = 0, t = 0, r = 0, b = 0] }) => l < left || t < top || r > right || b > bottom),
    )
    expect(outside).toEqual([])
  })

  test('shows what people and models wrote as text, and runs none of it', async () => {
    const title = '<script>document.title="x"</script> & "quotes" \u0007'
    const graph = {
      nodes: [sampleNode('n1', { title, reason: ']]> &amp;' }), sampleNode('n2')],
      edges: [{ ...sampleEdge('n1', 'n2', 'blocks'), rationale: '<b>why</b>' }],
    }

    const page = await shown(graphSvg(graph))

    const titles = await page.locator('g text.title').allTextContents()
    expect(titles.join('')).toContain('<script>')
    expect(await page.locator('script').count()).toBe(0)
    expect(await page.locator('text.reason').textContent()).toBe(']]> &amp;')
  })
})
