import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from './fake-wires.ts'
import type { FakeAccount } from './fake-wires.ts'
import { makeProject, processesWith, until } from './heddle-process.ts'
import type { Heddle, HeddleOptions, Outcome, Project } from './heddle-process.ts'

const MARKER = `heddle_plain_${process.pid}`

let provider: FakeProvider
let project: Project
let account: FakeAccount
beforeAll(async () => {
  provider = await startFakeProvider({
    scripts: {
      talks: {
        continues: true,
        turns: [{ text: 'First answer.' }, { text: 'Second answer.' }, { text: 'Third answer.' }],
      },
      'is-cut': { continues: true, turns: [{ text: 'All.' }, { text: 'Half an ans', finish: 'length' }] },
      hangs: {
        turns: [{ toolCalls: [{ name: 'bash', arguments: { command: `sleep 300; : ${MARKER}` } }] }],
      },
    },
  })
  project = await makeProject()
  const [first] = accounts(provider)
  if (!first) throw new Error('There is no wire.')
  account = first
})
beforeEach(() => provider.reset())
afterAll(async () => {
  await provider.close()
  await project.remove()
})

function start(script: string, options: HeddleOptions, args: readonly string[] = []): Heddle {
  return project.start(['--model', account.model(script), ...args], { env: account.env, ...options })
}

async function feed(script: string, stdin: string, args: readonly string[] = []): Promise<Outcome> {
  return start(script, { stdin }, args).ended
}

describe('lines on standard input', () => {
  test('are prompts of one conversation, each shown once beside the answers', async () => {
    const { code, stdout, stderr } = await feed('talks', 'one\r\n\n  \ntwo')

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'First answer.\nSecond answer.\n' })
    expect(stderr.split('\n')).toEqual([
      '> one',
      `model ${account.model('talks')} (--model)`,
      expect.stringMatching(/^1 step · /),
      '> two',
      expect.stringMatching(/^1 step · /),
      '',
    ])
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toMatch(/one.*First answer\..*two/)
  })

  test('are answered as they come', async () => {
    const heddle = start('talks', { openStdin: true })
    heddle.child.stdin?.write('one\n')
    await heddle.printed('First answer.\n')
    heddle.child.stdin?.write('two\nthr')
    await heddle.printed('Second answer.\n')
    heddle.child.stdin?.end('ee\n')

    expect(await heddle.ended).toMatchObject({
      code: 0,
      stdout: 'First answer.\nSecond answer.\nThird answer.\n',
    })
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain('three')
  })

  test('go on in the next line after a backslash', async () => {
    await feed('talks', 'one\\\nand a half\n')

    expect(provider.requests).toHaveLength(1)
    expect(JSON.stringify(provider.requests[0]?.body)).toContain('one\\nand a half')
  })

  test('may be commands', async () => {
    const { code, stdout, stderr } = await feed('talks', 'one\n/cost\n/clear\ntwo\n/exit\nthree\n', ['-q'])

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'First answer.\nFirst answer.\n' })
    expect(stderr).toMatch(/^1 step · .*\nForgotten; the next prompt begins a new conversation\.\n$/)
    expect(JSON.stringify(provider.requests.at(-1)?.body)).not.toContain('First answer.')
  })
})

describe('the exit code', () => {
  test('is that of the last prompt', async () => {
    expect((await feed('is-cut', 'one\ntwo\n')).code).toBe(3)
    expect((await feed('is-cut', 'one\n')).code).toBe(0)
  })

  test('is 2 when the last line was a command that does not exist', async () => {
    const { code, stderr } = await feed('talks', '/fly\n', ['-q'])

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'heddle: There is no command /fly; /help lists them.\n',
    })
  })

  test.each([
    ['nothing at all', ''],
    ['white space alone', ' \n\n'],
  ])('is 2 for %s, with a sentence', async (_what, stdin) => {
    const { code, stdout, stderr } = await feed('talks', stdin)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^heddle: There is nothing to do[^\n]*\n$/)
  })

  test('is 2 for binary input, with a sentence', async () => {
    expect(await feed('talks', 'a\0b\n')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'heddle: Standard input is binary; only text can be added to a prompt.\n',
    })
  })

  test('is 130 after Ctrl-C, which ends everything, also while the next line is awaited', async () => {
    const busy = start('hangs', { openStdin: true })
    busy.child.stdin?.write('go\nand then this\n')
    await until(() => processesWith(MARKER).length > 0)
    busy.child.kill('SIGINT')
    expect(await busy.ended).toMatchObject({ code: 130, stdout: '' })
    expect(processesWith(MARKER)).toEqual([])

    const idle = start('talks', { openStdin: true })
    idle.child.stdin?.write('one\n')
    await idle.printed('1 step ·')
    idle.child.kill('SIGINT')
    expect(await idle.ended).toMatchObject({ code: 130, stdout: 'First answer.\n' })
  })
})

test('a pipe that stays silent is told what is waited for', async () => {
  const heddle = start('talks', { openStdin: true })
  await heddle.printed('Waiting for prompts on standard input, one a line.\n')
  heddle.child.stdin?.end('one\n')

  expect(await heddle.ended).toMatchObject({ code: 0, stdout: 'First answer.\n' })
})

test('--print takes the whole of standard input for one prompt', async () => {
  const { code, stdout } = await feed('talks', 'one\ntwo\n', ['--print'])

  expect({ code, stdout }).toEqual({ code: 0, stdout: 'First answer.\n' })
  expect(JSON.stringify(provider.requests[0]?.body)).toContain('one\\ntwo')
})

test('a reader that leaves ends the conversation without a word', async () => {
  const heddle = start('talks', { openStdin: true }, ['-q'])
  heddle.child.stdin?.write('one\n')
  await heddle.printed('First answer.\n')
  heddle.child.stdout?.destroy()
  heddle.child.stdin?.write('two\nthree\n')

  expect(await heddle.ended).toMatchObject({ code: 0, stderr: '' })
})
