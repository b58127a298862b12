import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from './fake-wires.ts'
import { commandLine, makeProject } from './heddle-process.ts'
import type { Project } from './heddle-process.ts'
import { CTRL_C, CTRL_D, ENTER, hasScript, openTerminal } from './terminal.ts'
import type { Terminal } from './terminal.ts'

let provider: FakeProvider
let project: Project
beforeAll(async () => {
  provider = await startFakeProvider({
    scripts: {
      talks: {
        continues: true,
        turns: [{ text: 'First answer.' }, { text: 'Second answer.' }],
      },
      asks: {
        turns: [
          {
            toolCalls: [
              { name: 'human', arguments: { question: 'Which colour?', choices: ['red', 'blue'] } },
            ],
          },
          { text: 'As you like.' },
        ],
      },
      hangs: {
        turns: [{ toolCalls: [{ name: 'bash', arguments: { command: 'sleep 300' } }] }],
      },
    },
  })
  project = await makeProject()
})
afterAll(async () => {
  await provider.close()
  await project.remove()
})

function open(script: string, args: readonly string[] = []): Terminal {
  const account = accounts(provider)[0]
  if (!account) throw new Error('There is no wire.')
  const { command, env } = commandLine(project, ['--model', account.model(script), ...args], account.env)
  return openTerminal(command, { cwd: project.root, env })
}

describe.skipIf(!hasScript)('the interactive prompt', () => {
  test('keeps what was said in mind, and sums up what it cost', async () => {
    provider.reset()
    const terminal = open('talks')
    await terminal.waitFor('> ')
    terminal.type(`one${ENTER}`)
    await terminal.waitFor('First answer.')
    await terminal.waitFor('> ')
    terminal.type(`two${ENTER}`)
    await terminal.waitFor('Second answer.')
    await terminal.waitFor('> ')
    terminal.type(`/cost${ENTER}`)
    await terminal.waitFor('2 steps · ')
    await terminal.waitFor('> ')
    terminal.type(CTRL_D)

    expect(await terminal.code).toBe(0)
    const request = JSON.stringify(provider.requests.at(-1)?.body)
    expect(request).toMatch(/one.*First answer\..*two/)
  })

  test('takes a paste of several lines as one prompt', async () => {
    provider.reset()
    const terminal = open('talks')
    await terminal.waitFor('> ')
    terminal.type(`line one${ENTER}line two${ENTER}`)
    await terminal.waitFor('First answer.')
    await terminal.waitFor('> ')
    terminal.type(`/exit${ENTER}`)

    expect(await terminal.code).toBe(0)
    expect(provider.requests).toHaveLength(1)
    expect(JSON.stringify(provider.requests[0]?.body)).toContain('line one\\nline two')
  })

  test('stops an answer at Ctrl-C, and leaves at two more', async () => {
    const terminal = open('hangs')
    await terminal.waitFor('> ')
    terminal.type(`go${ENTER}`)
    await terminal.waitFor('… bash')
    terminal.type(CTRL_C)
    await terminal.waitFor('interrupted · 1 step')
    await terminal.waitFor('> ')
    terminal.type(CTRL_C)
    await terminal.waitFor('Ctrl-C again leaves.')
    await terminal.waitFor('> ')
    terminal.type(CTRL_C)

    expect(await terminal.code).toBe(0)
  })

  test('lets the model ask and hands the chosen answer on', async () => {
    provider.reset()
    const terminal = open('asks')
    await terminal.waitFor('> ')
    terminal.type(`paint it${ENTER}`)
    await terminal.waitFor('? Which colour?')
    await terminal.waitFor('  2. blue')
    await terminal.waitFor('? ')
    terminal.type(`2${ENTER}`)
    await terminal.waitFor('As you like.')
    await terminal.waitFor('> ')
    terminal.type(CTRL_D)

    expect(await terminal.code).toBe(0)
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain('blue')
  })

  test('tells the model that nobody answered when the input ends at a question', async () => {
    provider.reset()
    const terminal = open('asks')
    await terminal.waitFor('> ')
    terminal.type(`paint it${ENTER}`)
    await terminal.waitFor('  2. blue')
    await terminal.waitFor('? ')
    terminal.type(CTRL_D)
    await terminal.waitFor('✗ human')
    await terminal.waitFor('As you like.')
    await terminal.waitFor('> ')
    terminal.type(CTRL_D)

    expect(await terminal.code).toBe(0)
    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain(
      'The person gave no answer (nobody answered the question). Go on with what you know',
    )
  })

  test('obeys its commands', async () => {
    const terminal = open('talks', ['--tools', 'grep'])
    await terminal.waitFor('> ')
    for (const [command, reply] of [
      ['/help', '/model   the model in use'],
      ['/tools', 'grep '],
      ['/model openai/other', 'model openai/other'],
      ['/model nonsense', 'heddle: '],
      ['/clear', 'Forgotten;'],
      ['/fly', 'heddle: There is no command /fly; /help lists them.'],
    ] as const) {
      terminal.type(command + ENTER)
      await terminal.waitFor(reply)
      await terminal.waitFor('> ')
    }
    terminal.type(CTRL_D)

    expect(await terminal.code).toBe(0)
  })
})
