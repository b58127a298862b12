import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { FakeScripts } from './fake-provider/script.ts'
import { startFakeProvider } from './fake-provider/start-fake-provider.ts'
import type { FakeProviderOptions } from './fake-provider/start-fake-provider.ts'

const usage =
  'Usage: fake-provider-main --script scripts.json [--port N] [--host ADDRESS] [--keep-requests N]\n' +
  'Prints {"url":…} when it listens; ends on SIGTERM and when its stdin is closed.\n'

/**
 * The fake provider as a process of its own. It watches its stdin, so that it never outlives the process
 * which started it, however that one died.
 */
async function main(): Promise<void> {
  const options = readOptions()
  const provider = await startFakeProvider(options)
  const stop = (): void => {
    void provider.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop)
  process.stdin.once('end', stop).once('error', stop).resume()
  process.stdout.write(`${JSON.stringify({ url: provider.url })}\n`)
}

function readOptions(): FakeProviderOptions {
  const { values } = parseArgs({
    options: {
      script: { type: 'string' },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      'keep-requests': { type: 'string', default: '1000' },
    },
  })
  if (values.script === undefined) throw new Error('--script is missing.')
  return {
    scripts: JSON.parse(readFileSync(values.script, 'utf8')) as FakeScripts,
    port: wholeNumber(values.port, '--port'),
    host: values.host,
    keepRequests: wholeNumber(values['keep-requests'], '--keep-requests'),
  }
}

function wholeNumber(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} must be a whole number, not ${JSON.stringify(text)}.`)
  return Number(text)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`fake provider: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exit(2)
}
