import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runChild } from '../run-child.mjs'
import { root } from '../workspace.mjs'

/** A process that runs `code` in a child by {@link runChild}, and ends as the child did. */
function parentOf(code: string): ChildProcess {
  const module = JSON.stringify(join(root, 'scripts/run-child.mjs'))
  const program = `const { runChild } = await import(${module})
    process.exitCode = await runChild(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(code)}])`
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test("gives the child's exit code", async () => {
  expect(await runChild(process.execPath, ['-e', 'process.exit(42)'])).toBe(42)
})

test('counts a signal as shells do', async () => {
  expect(await runChild(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])).toBe(137)
})

test('rejects when the program does not exist', async () => {
  await expect(runChild(join(root, 'absent'), [])).rejects.toMatchObject({ code: 'ENOENT' })
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'passes %s on and waits for the child',
  async (signal) => {
    const parent = parentOf(
      `process.on('${signal}', () => setTimeout(() => process.exit(9), 50)); setInterval(() => {}, 1000); console.log('ready')`,
    )
    await once(parent.stdout!, 'data')

    parent.kill(signal)

    expect(await once(parent, 'exit')).toEqual([9, null])
  },
)
