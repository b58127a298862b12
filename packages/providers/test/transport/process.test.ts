import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { chatFrames, chunk } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import { selfSigned } from '../support/self-signed.ts'

const ENTRY = fileURLToPath(new URL('../../src/compatible.ts', import.meta.url))
const FRAMES = chatFrames(chunk({ content: 'ok' }, { finish_reason: 'stop' }))

/** Asks once in a process of its own; prints the text or the error's JSON, and then leaves the process alone. */
async function askInProcess(baseUrl: string, env: Record<string, string> = {}): Promise<string> {
  const program = `
    const { compatible } = await import(${JSON.stringify(ENTRY)})
    const model = compatible({ provider: 'fake', model: 'm', baseUrl: ${JSON.stringify(baseUrl)}, apiKey: 'sk-very-secret' })
    const request = { instructions: '', messages: [], tools: [] }
    try {
      for await (const batch of model.stream(request, new AbortController().signal)) {
        for (const event of batch) if (event.type === 'text.delta') process.stdout.write(event.text)
      }
    } catch (error) {
      process.stdout.write(JSON.stringify(error))
    }`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@heddle/source', '--input-type=module', '--eval', program],
    { env, timeout: 15_000 },
  )
  return stdout
}

async function secureServer(key: string, cert: string): Promise<string> {
  const server = createServer({ key, cert }, (request, response) => {
    request.resume()
    sendStream(response, FRAMES)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a process ends by itself while its connections wait for more to do', async () => {
  const server = await providerServer((response) => {
    response.setHeader('keep-alive', 'timeout=600')
    sendStream(response, FRAMES)
  })

  // It would be killed after 15 s, and the idle connection lives for 30.
  expect(await askInProcess(server.url)).toBe('ok')
  expect(server.connections()).toBe(1)
})

test('a certificate that nobody vouches for is refused, in words that help', async () => {
  const { key, cert } = selfSigned()
  const url = await secureServer(key, cert)

  expect(JSON.parse(await askInProcess(url))).toEqual({
    code: 'model.unavailable',
    message: `Could not reach fake at ${new URL(url).host} (DEPTH_ZERO_SELF_SIGNED_CERT); its certificate is not trusted; if you trust who made it, name their certificate in NODE_EXTRA_CA_CERTS`,
    retryable: true,
  })
})

test('a certificate that NODE_EXTRA_CA_CERTS vouches for is taken', async () => {
  const { key, cert } = selfSigned()
  const url = await secureServer(key, cert)
  const folder = await mkdtemp(join(tmpdir(), 'heddle-ca-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'ca.pem'), cert)

  expect(await askInProcess(url, { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') })).toBe('ok')
})

test('loading the package loads no client yet', async () => {
  const program = `
    await import(${JSON.stringify(ENTRY)})
    process.stdout.write(JSON.stringify(process.moduleLoadList))`

  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@heddle/source',
    '--input-type=module',
    '--eval',
    program,
  ])

  const loaded = JSON.parse(stdout) as string[]
  expect(loaded).toContain('NativeModule fs')
  expect(
    loaded.filter((name) => /^NativeModule (_http_client|_http_agent|https|tls|zlib)$/.test(name)),
  ).toEqual([])
})
