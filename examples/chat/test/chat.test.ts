import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ModelError, agent, tool } from '@heddle/core'
import type { Agent, Tool } from '@heddle/core'
import { models } from '@heddle/providers'
import { scriptedModel } from '@heddle/testkit'
import { globTool, grepTool, readFileTool } from '@heddle/tools'
import { calculator } from '../calculator.ts'
import { chatApp } from '../chat-app.ts'
import { CHROMIUM, openBrowser } from './chromium.ts'
import type { Browser } from './chromium.ts'

/** Screenshots are kept where a person finds them when `SCREENSHOTS` names a folder. */
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'heddle-chat-screenshots')
const WITHOUT_CHROMIUM =
  'Chromium is not installed: install the Debian package "chromium", or set CHROMIUM to its path.'

const fakeGrep: Tool = tool({
  name: 'grep',
  description: 'Finds lines in the project.',
  input: { type: 'object' },
  execute: () =>
    [
      'src/loom.ts:12:  // TODO: let the shuttle rest',
      'src/warp.ts:3:  // TODO: name the threads',
      'README.md:40:TODO: a picture',
    ].join('\n'),
})

if (!CHROMIUM) console.warn(WITHOUT_CHROMIUM)

describe.skipIf(!CHROMIUM)('the chat page in a real browser', () => {
  let pageDir: string
  let browser: Browser

  beforeAll(async () => {
    pageDir = await mkdtemp(join(tmpdir(), 'heddle-chat-page-'))
    await mkdir(SCREENSHOTS, { recursive: true })
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      logLevel: 'error',
      build: { outDir: pageDir, emptyOutDir: true },
    })
    browser = await openBrowser()
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    await rm(pageDir, { recursive: true, force: true })
  })

  /** The page of a server of its own; what the page complains about fails the test. */
  async function openChat(chat: Agent, inBrowser: Browser = browser): Promise<Page> {
    const app = chatApp(chat, 'a script, not a language model', pageDir)
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
    })
    const page = await inBrowser.context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    onTestFinished(async () => {
      await page.close()
      server.closeAllConnections()
      server.close()
      expect(complaints).toEqual([])
    })
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return page
  }

  async function ask(page: Page, question: string): Promise<void> {
    await page.getByLabel('Message').fill(question)
    await page.keyboard.press('Enter')
  }

  test('streams text, and shows a tool with its input, its state and its result', async () => {
    const model = scriptedModel(
      [
        {
          reasoning: 'A search and a sum.',
          text: 'I look for them, and count.',
          toolCalls: [
            { name: 'grep', input: { pattern: 'TODO', path: '.' } },
            { name: 'calculator', input: { a: 2, operation: 'add', b: 1 } },
          ],
        },
        {
          text: [
            'There are **3** TODO comments:\n\n',
            '- `src/loom.ts` line 12\n',
            '- `src/warp.ts` line 3\n',
            '- `README.md` line 40\n',
          ],
          usage: { inputTokens: 812, outputTokens: 64 },
          batch: 1,
        },
      ],
      { info: { price: { input: 1, output: 5 } } },
    )
    const page = await openChat(agent({ model, tools: [fakeGrep, calculator] }))
    await page.getByText('a script, not a language model').waitFor()
    await page.screenshot({ path: join(SCREENSHOTS, 'welcome.png') })

    await ask(page, 'Find all TODO comments')
    await page.getByText('876 tokens').waitFor()

    const tools = await page
      .locator('.tool')
      .evaluateAll((cards) =>
        cards.map((card) => [
          card.getAttribute('data-state'),
          (card as HTMLElement).innerText.split(/\s*\n\s*/),
        ]),
      )
    expect(tools).toEqual([
      [
        'output-available',
        [
          'grep',
          'Done',
          'Input',
          '{ "pattern": "TODO", "path": "." }',
          'Result',
          'src/loom.ts:12:  // TODO: let the shuttle rest',
          'src/warp.ts:3:  // TODO: name the threads',
          'README.md:40:TODO: a picture',
        ],
      ],
      [
        'output-available',
        ['calculator', 'Done', 'Input', '{ "a": 2, "operation": "add", "b": 1 }', 'Result', '3'],
      ],
    ])
    expect(await page.locator('.assistant li').allInnerTexts()).toEqual([
      'src/loom.ts line 12',
      'src/warp.ts line 3',
      'README.md line 40',
    ])
    await page.screenshot({ path: join(SCREENSHOTS, 'chat.png'), fullPage: true })
  })

  test('shows words before the answer is complete, and stops when told to', async () => {
    const model = scriptedModel([
      { text: ['Once upon ', 'a time ', 'never heard'], hang: true, afterEvents: 2 },
    ])
    const page = await openChat(agent({ model }))

    await ask(page, 'Tell me a story')
    await page.getByText('Once upon a time').waitFor()
    const whileOpen = model.openStreams
    await page.screenshot({ path: join(SCREENSHOTS, 'streaming.png') })
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    await expect.poll(() => [model.openStreams, model.abortedCount]).toEqual([0, 1])

    expect(whileOpen).toBe(1)
    expect((await page.locator('.assistant .text').innerText()).trim()).toBe('Once upon a time')
  })

  test('answers from real files when no model is connected', async () => {
    const root = await mkdtemp(join(tmpdir(), 'heddle-chat-project-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    await writeFile(join(root, 'loom.ts'), 'export const loom = 1 // TODO: let the shuttle rest\n')
    await writeFile(join(root, 'README.md'), '# Loom\n\nTODO: a picture\n')
    const tools = [calculator, grepTool({ root }), globTool({ root }), readFileTool({ root })]
    const page = await openChat(agent({ model: models('heddle/offline'), tools }))

    await page.getByRole('button', { name: 'Find all TODO comments' }).click()
    await page.locator('.assistant .text pre').waitFor()
    await page.screenshot({ path: join(SCREENSHOTS, 'offline.png') })

    expect(await page.locator('.tool').getAttribute('data-state')).toBe('output-available')
    expect((await page.locator('.assistant .text pre').innerText()).split(/\s*\n\s*/)).toEqual([
      'README.md:3  TODO: a picture',
      'loom.ts:1  export const loom = 1 // TODO: let the shuttle rest',
    ])
  })

  test('shows a failure in words, and asks again', async () => {
    const model = scriptedModel([
      { error: new ModelError('model.auth', 'The key was refused.') },
      'Now it works.',
    ])
    const page = await openChat(agent({ model }))

    await ask(page, 'hello')
    const failure = await page.getByRole('alert').innerText()
    await page.screenshot({ path: join(SCREENSHOTS, 'failure.png') })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Now it works.').waitFor()

    expect(failure.split(/\s*\n\s*/)).toEqual(['The key was refused.', 'Try again'])
  })

  test('shows a failed tool and what came of it, in the dark', async () => {
    const dark = await openBrowser('dark')
    onTestFinished(() => dark.close())
    const model = scriptedModel([
      { toolCalls: [{ name: 'calculator', input: { a: 1, operation: 'divide', b: 0 } }] },
      'Division by zero has no result.\n\n```ts\nconst half = 1 / 2\n```',
    ])
    const page = await openChat(agent({ model, tools: [calculator] }), dark)

    await ask(page, 'What is 1 / 0?')
    await page.getByText('const half').waitFor()
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await page.screenshot({ path: join(SCREENSHOTS, 'dark.png') })

    expect(await page.locator('.tool').getAttribute('aria-label')).toBe('Tool calculator: Failed')
    expect(ground).toBe('rgb(22, 23, 27)')
  })

  test('goes on with the conversation, and begins a new one', async () => {
    const model = scriptedModel(['One.', 'Two.', 'Three.'])
    const page = await openChat(agent({ model }))

    await ask(page, 'first')
    await page.getByText('One.').waitFor()
    await ask(page, 'second')
    await page.getByText('Two.').waitFor()
    await page.getByRole('button', { name: 'New chat' }).click()
    await ask(page, 'third')
    await page.getByText('Three.').waitFor()

    expect(model.requests.map((request) => request.messages.length)).toEqual([1, 3, 1])
  })
})

describe('the server of the chat', () => {
  test('answers no page that points its own name at this machine', async () => {
    const app = chatApp(agent({ model: scriptedModel([]) }), '', tmpdir())
    const server = app.listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo

    const status = await new Promise<number | undefined>((resolve) => {
      request({ port, path: '/api/about', headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })

    expect(status).toBe(403)
  })
})
