import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { spawnFakeProvider } from '@heddle/testkit/fake-provider'

const scripts = { m: { turns: [{ text: 'hello' }] } }
const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })

describe('a fake provider in its own process', () => {
  test('answers, remembers what it was asked, and is gone after close', async () => {
    const provider = await spawnFakeProvider(scripts)

    const answer = await (
      await fetch(`${provider.openaiBaseUrl}/chat/completions`, { method: 'POST', body })
    ).text()
    const asked = await provider.requests()
    await provider.reset()
    const askedAfterReset = await provider.requests()
    await provider.close()

    expect(answer).toContain('"content":"hello"')
    expect(asked.map(({ path }) => path)).toEqual(['/v1/chat/completions'])
    expect(askedAfterReset).toEqual([])
    expect(isAlive(provider.pid)).toBe(false)
  })

  test('ends when the process that started it is killed', async () => {
    const program = `
      import { spawnFakeProvider } from '@heddle/testkit/fake-provider'
      const provider = await spawnFakeProvider(${JSON.stringify(scripts)})
      console.log(provider.pid)
      setInterval(() => {}, 1000)`
    const parent = spawn(
      process.execPath,
      ['--conditions=@heddle/source', '--input-type=module', '--eval', program],
      { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString('utf8'))
    const wasAlive = isAlive(pid)

    parent.kill('SIGKILL')

    expect(wasAlive).toBe(true)
    await expect.poll(() => isAlive(pid), { timeout: 5_000, interval: 20 }).toBe(false)
  })

  test('does not keep the process that started it alive', async () => {
    const program = `
      import { spawnFakeProvider } from '@heddle/testkit/fake-provider'
      const provider = await spawnFakeProvider(${JSON.stringify(scripts)})
      process.stdout.write('done')`
    const parent = spawn(
      process.execPath,
      ['--conditions=@heddle/source', '--input-type=module', '--eval', program],
      { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'ignore', 'inherit'] },
    )

    const [code] = (await once(parent, 'exit')) as [number]

    expect(code).toBe(0)
  })

  test('that cannot start says why', async () => {
    const first = await spawnFakeProvider(scripts)

    const second = spawnFakeProvider(scripts, { port: Number(new URL(first.url).port) })

    await expect(second).rejects.toThrow(/fake provider: listen EADDRINUSE/)
    await first.close()
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
