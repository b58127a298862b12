import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isAgentError } from '@heddle/core'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { builtInCatalog } from '../../src/catalog/catalog.ts'
import { loadCatalog } from '../../src/catalog/load-catalog.ts'
import { updateCatalog } from '../../src/catalog/update-catalog.ts'
import { models } from '../../src/models.ts'
import { closedPort, providerServer, sendJson } from '../support/provider-server.ts'

const FIXTURE = fileURLToPath(new URL('fixtures/api.json', import.meta.url))
const UPDATE_CATALOG = new URL('../../src/catalog/update-catalog.ts', import.meta.url).href
const NOW = Date.UTC(2026, 10, 20)

let root: string
let cacheFile: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'heddle-catalog-'))
  onTestFinished(() => rm(root, { recursive: true }))
  cacheFile = join(root, 'cache', 'models.json')
})

/** A file with one model, and its price. */
async function fileWith(model: string, input: number, lastUpdated = '2026-07-01'): Promise<string> {
  const file = join(root, `${model}-${input}.json`)
  const entry = { id: model, limit: { context: 10 }, modalities: { output: ['text'] }, tool_call: true }
  const json = { ...entry, last_updated: lastUpdated, cost: { input, output: 2 } }
  await writeFile(file, JSON.stringify({ groq: { models: { [model]: json } } }))
  return file
}

async function codeOf(update: Promise<unknown>): Promise<unknown> {
  const thrown = await update.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  return isAgentError(thrown) ? thrown.code : thrown
}

test('takes a file, tells what changed, and has models priced by it', async () => {
  const first = await updateCatalog({ from: FIXTURE, cacheFile })
  const second = await updateCatalog({ from: await fileWith('llama-3.3-70b-versatile', 9), cacheFile })

  expect(first).toMatchObject({ models: 16, skippedModels: 0, skippedValues: 0, added: [], repriced: [] })
  expect(second).toMatchObject({ models: 1, added: [], repriced: ['groq/llama-3.3-70b-versatile'] })
  expect(second.missing).toContain('groq/groq/compound')
  const { catalog, problem } = await loadCatalog({ cacheFile })
  expect([problem, catalog.asOf]).toEqual([null, '2026-07-01'])
  const priced = models('groq/llama-3.3-70b-versatile', { env: {}, catalog }).info.price
  expect(priced).toEqual({ input: 9, output: 2 })
  expect(catalog.find('openai', 'o3')).toEqual(builtInCatalog.find('openai', 'o3'))
})

test('takes a URL, as of today, and keeps no password of it', async () => {
  const body = await readFile(FIXTURE, 'utf8')
  const server = await providerServer((response) => void response.end(body))

  const { catalog } = await updateCatalog({
    from: `${server.url}/api.json?token=geheim`,
    cacheFile,
    nowMs: NOW,
  })

  expect([catalog.asOf, catalog.source]).toEqual(['2026-11-20', `${server.url}/api.json`])
  expect(await readFile(cacheFile, 'utf8')).not.toContain('geheim')
})

test.each([
  ['2026-05', '2026-05-01'],
  ['2099-12-31', '2026-11-20'],
  ['2026-13-45', '2026-11-20'],
  ['yesterday', '2026-11-20'],
])('dates a file whose newest change is of %s by %s, and can read what it wrote', async (changed, asOf) => {
  const from = await fileWith('m', 1, changed)

  const { catalog } = await updateCatalog({ from, cacheFile, nowMs: NOW })

  expect((await loadCatalog({ cacheFile })).problem).toBeNull()
  expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({ asOf })
  expect(catalog.find('groq', 'm')).not.toBeNull()
})

describe('keeps the cache as it was when', () => {
  const MIB = 1024 * 1024
  test.each<[string, string, (response: ServerResponse) => void]>([
    ['the answer is an error', 'model.unavailable', (response) => sendJson(response, 503, {})],
    ['it is not there', 'model.not_found', (response) => sendJson(response, 404, {})],
    ['the answer is a page', 'config.invalid', (response) => void response.end('<html>')],
    ['the answer is another thing', 'config.invalid', (response) => sendJson(response, 200, { a: 1 })],
    [
      'the answer is cut',
      'model.interrupted',
      (response) => void response.write('{', () => response.destroy()),
    ],
    ['nobody answers in time', 'model.total_timeout', () => {}],
    [
      'the answer has no end',
      'model.bad_response',
      (response) => {
        const piece = Buffer.alloc(MIB, ' ')
        const more = (): void => {
          if (!response.destroyed) response.write(piece, more)
        }
        more()
      },
    ],
  ])('%s', async (_what, code, answer) => {
    await updateCatalog({ from: await fileWith('m', 1), cacheFile })
    const before = await readFile(cacheFile, 'utf8')
    const server = await providerServer(answer)
    const timeoutMs = code === 'model.total_timeout' ? 50 : 5_000

    expect(await codeOf(updateCatalog({ from: server.url, cacheFile, timeoutMs }))).toBe(code)

    expect(await readFile(cacheFile, 'utf8')).toBe(before)
    expect(await readdir(join(root, 'cache'))).toEqual(['models.json'])
  })

  test('nobody is there, the file is not there, or the caller has changed their mind', async () => {
    const aborted = AbortSignal.abort()

    expect(await codeOf(updateCatalog({ from: `http://127.0.0.1:${await closedPort()}`, cacheFile }))).toBe(
      'model.unavailable',
    )
    expect(await codeOf(updateCatalog({ from: join(root, 'none.json'), cacheFile }))).toBe('config.invalid')
    expect(await codeOf(updateCatalog({ from: 'http://127.0.0.1:1', cacheFile, signal: aborted }))).toBe(
      'model.aborted',
    )
    expect(await loadCatalog({ cacheFile })).toEqual({ catalog: builtInCatalog, problem: null })
  })
})

test('reads no file that is far too large, and repeats no password of a URL', async () => {
  const large = join(root, 'large.json')
  await writeFile(large, '')
  await truncate(large, 64 * 1024 * 1024 + 1)
  const server = await providerServer((response) => void response.end('<html>'))
  const from = `${server.url}/api.json?token=geheim`

  await expect(updateCatalog({ from: large, cacheFile })).rejects.toThrow(
    'it has 67108865 bytes, more than 67108864',
  )
  await expect(updateCatalog({ from, cacheFile })).rejects.toThrow(`${server.url}/api.json is not JSON`)
  await expect(updateCatalog({ from, cacheFile })).rejects.toThrow(expect.not.stringContaining('geheim'))
})

test('leaves nothing beside a cache that cannot be replaced', async () => {
  await mkdir(cacheFile, { recursive: true })

  expect(await codeOf(updateCatalog({ from: FIXTURE, cacheFile }))).toBe('config.invalid')

  expect(await readdir(join(root, 'cache'))).toEqual(['models.json'])
})

test('removes what killed updates left behind, but not what another is just writing', async () => {
  await mkdir(join(root, 'cache'))
  const [old, fresh, other] = ['models.json.1.tmp', 'models.json.2.tmp', 'mine.tmp']
  for (const name of [old, fresh, other]) await writeFile(join(root, 'cache', name), '{"format":1')
  for (const name of [old, other]) await utimes(join(root, 'cache', name), 1, 1)

  await updateCatalog({ from: FIXTURE, cacheFile })

  expect((await readdir(join(root, 'cache'))).sort()).toEqual([other, 'models.json', fresh])
})

test('leaves a whole cache, old or new, wherever an update is killed', async () => {
  const sources = [await fileWith('m1', 1), await fileWith('m2', 2)]
  const script = `
    import { updateCatalog } from ${JSON.stringify(UPDATE_CATALOG)}
    const [cacheFile, ...sources] = process.argv.slice(1)
    for (let at = 0; ; at++) {
      await updateCatalog({ from: sources[at % 2], cacheFile })
      process.stdout.write('.')
    }`
  const args = ['--conditions=@heddle/source', '--input-type=module', '-e', script, cacheFile, ...sources]
  for (let nth = 0; nth < 4; nth++) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(child, 'exit')
    await once(child.stdout, 'data')
    await sleep(nth * 3)
    child.kill('SIGKILL')
    await gone

    const { catalog, problem } = await loadCatalog({ cacheFile })

    expect(problem).toBeNull()
    expect(catalog.list('groq').filter(({ model }) => /^m\d$/.test(model))).toHaveLength(1)
  }
})

test('says so when the cache cannot be written', async () => {
  await writeFile(join(root, 'cache'), 'a file where the folder should be')

  expect(await codeOf(updateCatalog({ from: FIXTURE, cacheFile }))).toBe('config.invalid')
})

test('has two who update at the same time each leave a whole cache', async () => {
  const sources = await Promise.all(Array.from({ length: 8 }, (_none, at) => fileWith(`m${at}`, at)))

  await Promise.all(sources.map((from) => updateCatalog({ from, cacheFile })))

  const { catalog, problem } = await loadCatalog({ cacheFile })
  expect(problem).toBeNull()
  expect(catalog.list('groq').filter(({ model }) => /^m\d$/.test(model))).toHaveLength(1)
  expect(await readdir(join(root, 'cache'))).toEqual(['models.json'])
})

test('has the catalogue of a newer release win over an older cache', async () => {
  await updateCatalog({ from: await fileWith('llama-3.3-70b-versatile', 9, '2020-01-01'), cacheFile })

  const { catalog } = await loadCatalog({ cacheFile })

  expect(catalog.find('groq', 'llama-3.3-70b-versatile')).toEqual(
    builtInCatalog.find('groq', 'llama-3.3-70b-versatile'),
  )
  expect(catalog.asOf).toBe(builtInCatalog.asOf)
})

test.each([
  ['', 'cannot be used'],
  ['{"format":1', 'cannot be used'],
  ['{"format":99,"asOf":"2026-01-01","source":"x","tables":{}}', 'is not a model catalogue'],
  ['{"format":1,"asOf":"never","source":"x","tables":{}}', 'is not a model catalogue'],
  ['{"format":1,"asOf":"2026-01-01","source":"x","tables":{"groq":7}}', 'is not a model catalogue'],
  ['[]', 'is not a model catalogue'],
])('goes without a damaged cache, and says what is wrong: %s', async (text, problem) => {
  await mkdir(join(root, 'cache'))
  await writeFile(cacheFile, text)

  const loaded = await loadCatalog({ cacheFile })

  expect(loaded.catalog).toBe(builtInCatalog)
  expect(loaded.problem).toContain(problem)
})
