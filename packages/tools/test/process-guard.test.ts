import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { processesWith, uniqueSeconds } from './living-processes.ts'
import { projectFolder } from './project-folder.ts'

const PROGRAM = fileURLToPath(new URL('programs/hold-command.ts', import.meta.url))

/** A program of ours in the middle of a command, which has a background job, a child in another group and a daemon. */
async function programInCommand(seconds: string): Promise<ChildProcess> {
  const daemon = `(setsid sleep ${seconds} </dev/null >/dev/null 2>&1 &)`
  const command = `${daemon}; sleep ${seconds} & timeout 100 sleep ${seconds} & sleep 0.1; echo up; sleep ${seconds}`
  const program = spawn(process.execPath, ['--conditions=@heddle/source', PROGRAM, command], {
    cwd: await projectFolder(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void program.kill('SIGKILL'))
  if (program.stdout) await once(program.stdout, 'data')
  expect(processesWith(`sleep ${seconds}`).length).toBeGreaterThanOrEqual(5)
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
