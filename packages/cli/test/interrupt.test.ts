import { setTimeout as wait } from 'node:timers/promises'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from './fake-wires.ts'
import type { FakeAccount } from './fake-wires.ts'
import { makeProject, processesWith, until } from './heddle-process.ts'
import type { Heddle, Project } from './heddle-process.ts'

/** Shows in the arguments of a process that a tool started. */
const MARKER = `heddle_marker_${process.pid}`

let provider: FakeProvider
let project: Project
let account: FakeAccount
beforeAll(async () => {
  provider = await startFakeProvider({
    scripts: {
      silent: {
        turns: [{ faults: Array.from({ length: 20 }, () => ({ kind: 'silence', headers: false }) as const) }],
      },
      hangs: {
        turns: [
          {
            toolCalls: [
              { name: 'bash', arguments: { command: `sh -c 'trap "" INT TERM; sleep 300; : ${MARKER}'` } },
            ],
          },
          { text: 'never' },
        ],
      },
    },
  })
  project = await makeProject()
  const [first] = accounts(provider)
  if (!first) throw new Error('There is no wire.')
  account = first
})
afterAll(async () => {
  await provider.close()
  await project.remove()
})

function startScript(name: string, args: readonly string[] = []): Heddle {
  return project.start(['--model', account.model(name), ...args, 'do it'], { env: account.env })
}

async function hangingTool(args: readonly string[] = []): Promise<Heddle> {
  const heddle = startScript('hangs', args)
  await until(() => processesWith(MARKER).length > 0)
  return heddle
}

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s ends a hanging tool with everything it started, and exits with %d',
    async (signal, code) => {
      const heddle = await hangingTool()

      heddle.child.kill(signal)
      const ended = await heddle.ended

      expect(ended).toMatchObject({ code, stdout: '' })
      expect(ended.stderr).toMatch(/\n✗ bash [^\n]+\ninterrupted · 1 step · [^\n]+\n$/)
      expect(processesWith(MARKER)).toEqual([])
    },
  )

  test('ends the wait for a silent provider and closes the connection', async () => {
    const heddle = startScript('silent')
    await until(() => provider.openRequests > 0)

    heddle.child.kill('SIGINT')
    const ended = await heddle.ended

    expect(ended).toMatchObject({ code: 130, stdout: '' })
    expect(ended.stderr).toMatch(
      /^model [^\n]+\ninterrupted · 1 step · 0 in \/ 0 out tokens · cost unknown · [^\n]+\n$/,
    )
    await until(() => provider.openRequests === 0)
  })

  test('still gives one whole JSON object', async () => {
    const heddle = await hangingTool(['--output-format', 'json'])

    heddle.child.kill('SIGINT')
    const { code, stdout, stderr } = await heddle.ended

    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ stop: 'aborted', error: null, steps: 1 })
  })

  test('that a parent passes on a second time still lets the run wind up', async () => {
    const heddle = await hangingTool()

    heddle.child.kill('SIGINT')
    await wait(5)
    heddle.child.kill('SIGINT')
    const { code, stderr } = await heddle.ended

    expect(code).toBe(130)
    expect(stderr).toMatch(/\ninterrupted · 1 step · [^\n]+\n$/)
  })

  test('that comes again later ends at once and leaves nothing behind', async () => {
    const heddle = await hangingTool()

    // The tool takes 500 ms to give up a command that ignores SIGTERM.
    const insist = setInterval(() => heddle.child.kill('SIGINT'), 160)
    heddle.child.kill('SIGINT')
    const { code, stderr } = await heddle.ended
    clearInterval(insist)

    expect({ code, closed: stderr.includes('interrupted ·') }).toEqual({ code: 130, closed: false })
    await until(() => processesWith(MARKER).length === 0)
  })
})
