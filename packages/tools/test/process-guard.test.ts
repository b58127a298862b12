import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { processesWith, uniqueSeconds } from './living-processes.ts'
import { projectFolder } from './project-folder.ts'

const PROGRAM = fileURLToPath(new URL('programs/hold-command.ts', import.meta.url))

/** A program of ours in the middle of a command, which has a background job and a child in another group. */
async function programInCommand(seconds: string): Promise<ChildProcess> {
  const command = `sleep ${seconds} & timeout 100 sleep ${seconds} & echo up; sleep ${seconds}`
  const program = spawn(process.execPath, ['--conditions=@heddle/source', PROGRAM, command], {
    cwd: await projectFolder(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void program.kill('SIGKILL'))
  if (program.stdout) await once(program.stdout, 'data')
  expect(processesWith(`sleep ${seconds}`).length).toBeGreaterThanOrEqual(4)
  return program
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'leaves no command behind when the program dies of %s',
  async (signal) => {
    const seconds = uniqueSeconds()
    const program = await programInCommand(seconds)

    program.kill(signal)

    await expect.poll(() => processesWith(seconds), { timeout: 10_000 }).toEqual([])
    await expect.poll(() => processesWith(`heddle-keeper-of ${program.pid}`)).toEqual([])
  },
)

test('leaves no command behind when the program exits in the middle of it', async () => {
  const seconds = uniqueSeconds()
  const program = await programInCommand(seconds)

  program.stdin?.write('exit\n')
  const [code] = (await once(program, 'exit')) as [number]

  expect(code).toBe(3)
  await expect.poll(() => processesWith(seconds), { timeout: 10_000 }).toEqual([])
})
