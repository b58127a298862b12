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

test("loads neither the vendor's SDK nor the offline planner before they are used", async () => {
  const urls = await modulesLoadedBy("models('anthropic/x'); models('openai/x'); models('heddle/offline')")

  expect(urls.some((url) => url.includes('/providers/src/anthropic.ts'))).toBe(true)
  expect(urls.filter((url) => /@anthropic-ai|\/offline\//.test(url))).toEqual([])
})

test("loads the vendor's SDK at the first request", async () => {
  const urls = await modulesLoadedBy(`
    const request = { instructions: '', messages: [], tools: [] }
    try { for await (const _ of models('anthropic/x').stream(request, new AbortController().signal)); } catch {}`)

  expect(urls.some((url) => url.includes('@anthropic-ai/sdk'))).toBe(true)
})
