import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ENTRY = fileURLToPath(new URL('../src/index.ts', import.meta.url))

/** Runs a program that imports the package, and gives the URLs of all modules that were loaded for it. */
async function modulesLoadedBy(code: string): Promise<readonly string[]> {
  const program = `
    import { registerHooks } from 'node:module'
    const urls = []
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context) } })
    const { models } = await import(${JSON.stringify(ENTRY)})
    ${code}
    process.stdout.write(JSON.stringify(urls))`
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@heddle/source', '--input-type=module', '--eval', program],
    { env: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout) as string[]
}

test('loads no adapter, no SDK and no offline planner before they are used', async () => {
  const urls = await modulesLoadedBy(
    "for (const name of ['anthropic', 'openai', 'google', 'groq']) models(`${name}/x`); models('heddle/offline')",
  )

  expect(urls.some((url) => url.includes('/providers/src/models.ts'))).toBe(true)
  expect(urls.filter((url) => ADAPTERS.test(url))).toEqual([])
})

test('importing the subpaths loads no SDK either', async () => {
  const entries = ['compatible', 'anthropic', 'openai', 'google', 'bridge', 'offline'].map(
    (name) => new URL(`../src/${name}.ts`, import.meta.url).href,
  )

  const urls = await modulesLoadedBy(`for (const entry of ${JSON.stringify(entries)}) await import(entry)`)

  expect(urls).toEqual(expect.arrayContaining(entries))
  expect(urls.filter((url) => /@anthropic-ai|node_modules\/openai\//.test(url))).toEqual([])
})

const ADAPTERS =
  /@anthropic-ai|node_modules\/openai\/|src\/(anthropic|compatible|google|openai|offline)(\.ts|\/)/

/** What is loaded when a model is asked that nobody answers. */
function modulesLoadedFor(modelString: string): Promise<readonly string[]> {
  return modulesLoadedBy(`
    const request = { instructions: '', messages: [], tools: [] }
    const { signal } = new AbortController()
    try { for await (const _ of models('${modelString}').stream(request, signal)); } catch {}`)
}

test("loads the vendor's SDK at the first request", async () => {
  const urls = await modulesLoadedFor('anthropic/x')

  expect(urls.some((url) => url.includes('@anthropic-ai/sdk'))).toBe(true)
})

test('loads one wire for a model, and not the others', async () => {
  const urls = await modulesLoadedFor('vllm/x')

  const wires = urls.flatMap((url) => /src\/(anthropic|compatible|google|openai)\.ts/.exec(url)?.[1] ?? [])
  expect(wires).toEqual(['compatible'])
})
