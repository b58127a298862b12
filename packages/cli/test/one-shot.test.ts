import type { RunEvent } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeScripts, FakeWire } from '@heddle/testkit/fake-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts, SECRET } from './fake-wires.ts'
import type { FakeAccount } from './fake-wires.ts'
import { makeProject } from './heddle-process.ts'
import type { Outcome, Project } from './heddle-process.ts'

const SCRIPTS: FakeScripts = {
  'gpt-finds': {
    turns: [
      { text: 'Let me look.', toolCalls: [{ name: 'grep', arguments: { pattern: 'TODO' } }] },
      { text: 'There is one in a.ts.', usage: { input: 1_200, output: 30 } },
    ],
  },
  hello: { turns: [{ text: 'Hello.' }] },
  'claude-sonnet-5': { turns: [{ text: 'Hello.', usage: { input: 2_000_000, output: 10 } }] },
  evil: { turns: [{ text: 'a\u001b]52;c;eA==\u0007\u001b[2Jb' }] },
  cut: { turns: [{ text: 'Half an ans', finish: 'length' }] },
  refuses: { turns: [{ text: 'I', finish: 'content-filter' }] },
  circles: { turns: [{ toolCalls: [{ name: 'glob', arguments: { pattern: '*' } }] }], repeatLast: true },
  'wrong-key': { turns: [{ faults: [{ kind: 'status', status: 401 }] }] },
  flaky: {
    turns: [
      { text: 'Here again.', faults: [{ kind: 'status', status: 503, retryAfter: { form: 'ms', ms: 20 } }] },
    ],
  },
  reads: {
    turns: [
      {
        toolCalls: [
          { name: 'read_file', arguments: { path: 'evil.txt' } },
          { name: 'grep', arguments: { pattern: 'clip' } },
          { name: 'bash', arguments: { command: 'cat evil.txt; exit 3' } },
          { name: 'read_file', arguments: { path: 'no\u001b]52;c;eA==\u0007file' } },
        ],
      },
      { text: 'Seen.' },
    ],
  },
  thinks: { turns: [{ reasoning: 'Hm, well.', text: 'Yes.' }] },
  long: { turns: [{ text: Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`) }] },
}

let provider: FakeProvider
let project: Project
beforeAll(async () => {
  provider = await startFakeProvider({ scripts: SCRIPTS })
  project = await makeProject({ 'a.ts': '// TODO: write it\n' })
})
afterAll(async () => {
  await provider.close()
  await project.remove()
})

function account(wire: FakeWire): FakeAccount {
  const found = accounts(provider).find((candidate) => candidate.wire === wire)
  if (!found) throw new Error(`There is no ${wire} wire.`)
  return found
}

/** Runs `heddle` against a script; whatever happens, the key must not show. */
async function ask(
  wire: FakeWire,
  script: string,
  args: readonly string[] = ['do it'],
  stdin?: string,
): Promise<Outcome> {
  const { model, env } = account(wire)
  const outcome = await project.run(['--model', model(script), ...args], {
    env,
    ...(stdin === undefined ? {} : { stdin }),
  })
  expect(outcome.stdout + outcome.stderr).not.toContain(SECRET)
  return outcome
}

describe.each<FakeWire>(['openai', 'anthropic'])('one prompt over the %s wire', (wire) => {
  test('prints the answer on standard output and all else on standard error', async () => {
    const { code, stdout, stderr } = await ask(wire, 'gpt-finds')

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Let me look.\n\nThere is one in a.ts.\n' })
    expect(stderr.split('\n')).toEqual([
      `model ${wire}/gpt-finds (--model)`,
      expect.stringMatching(/^• grep "TODO" {2}a\.ts:1:\/\/ TODO: write it {2}\d+ ms$/),
      expect.stringMatching(/^2 steps · 1,210 in \/ \d+ out tokens · cost unknown · [\d.]+ m?s$/),
      '',
    ])
  })

  test('sends the tool result back', async () => {
    provider.reset()

    await ask(wire, 'gpt-finds')

    expect(JSON.stringify(provider.requests.at(-1)?.body)).toContain('a.ts:1:// TODO: write it')
  })

  test('tells every event as a line of JSON and nothing else', async () => {
    const { code, stdout, stderr } = await ask(wire, 'gpt-finds', ['--output-format', 'stream-json', 'do it'])

    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)
    const numbers = events.flatMap((event) => ('seq' in event ? [event.seq] : []))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    expect(events[0]).toMatchObject({ type: 'run.started', model: `${wire}/gpt-finds` })
    expect(events.filter(({ type }) => type === 'run.ended')).toEqual([
      expect.objectContaining({ type: 'run.ended', stop: { reason: 'done' } }),
    ])
    expect(events.at(-1)?.type).toBe('run.ended')
  })

  test('says in one sentence that the key is wrong', async () => {
    const { code, stdout, stderr } = await ask(wire, 'wrong-key')

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^heddle: .*401/)
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

test('the closing line has the cost where the price is known', async () => {
  const { stderr } = await ask('anthropic', 'claude-sonnet-5')

  expect(stderr).toMatch(/\n1 step · 2,000,000 in \/ 10 out tokens · \$\d+\.\d\d · [^\n]+\n$/)
})

test('both wires tell the same events', async () => {
  const told = await Promise.all(
    accounts(provider).map(async ({ wire }) => {
      const { stdout } = await ask(wire, 'gpt-finds', ['--output-format', 'stream-json', 'do it'])
      return stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as RunEvent).type)
    }),
  )

  expect(told[0]).toEqual(told[1])
})

describe('the formats', () => {
  test('json is one object at the end', async () => {
    const { code, stdout, stderr } = await ask('openai', 'gpt-finds', ['--output-format', 'json', 'do it'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      runId: expect.stringMatching(/^run_/) as string,
      model: 'openai/gpt-finds',
      text: 'There is one in a.ts.',
      stop: 'done',
      error: null,
      steps: 2,
      usage: expect.objectContaining({ inputTokens: 1_210 }) as object,
      costUsd: null,
      durationMs: expect.any(Number) as number,
    })
  })

  test('json tells of a failure as well', async () => {
    const { code, stdout, stderr } = await ask('openai', 'wrong-key', ['--output-format', 'json', 'do it'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      text: '',
      stop: 'failed',
      error: { code: 'model.auth', retryable: false },
    })
    expect(stderr).toMatch(/^heddle: [^\n]*\n$/)
  })

  test('--quiet leaves the answer alone', async () => {
    expect(await ask('openai', 'gpt-finds', ['-q', 'do it'])).toEqual({
      code: 0,
      stdout: 'Let me look.\n\nThere is one in a.ts.\n',
      stderr: '',
    })
  })

  test('--verbose shows what the model thinks', async () => {
    const { stdout, stderr } = await ask('openai', 'thinks', ['--verbose', 'do it'])

    expect(stdout).toBe('Yes.\n')
    expect(stderr).toContain('\nHm, well.\n')
  })

  test('text takes the power from escape sequences', async () => {
    const { stdout } = await ask('openai', 'evil')

    expect(stdout).toBe('a␛]52;c;eA==␇␛[2Jb\n')
  })
})

test('what tools found cannot command the terminal', async () => {
  await project.write('evil.txt', 'clip \u001b]52;c;eA==\u0007 \u009b2J \u001b[2J\n')

  const { code, stdout, stderr } = await ask('openai', 'reads', ['--verbose', 'do it'])

  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Seen.\n' })
  expect(stderr).toContain('    evil.txt:1:clip ␛]52;c;eA==␇ \ufffd2J ␛[2J\n')
  expect(stderr).toMatch(/ {4} +1\tclip ␛\]52;c;eA==␇ \ufffd2J ␛\[2J\n/)
  expect(stderr).not.toMatch(/(?![\t\n])\p{Cc}/u)
})

describe('a run that does not get done', () => {
  test.each([
    ['cut', [], 'The answer is cut: the model reached its output limit.'],
    ['refuses', [], 'The provider withheld the answer.'],
    [
      'circles',
      ['--max-steps', '2'],
      'Stopped after 2 steps, before the task was done; allow more with --max-steps.',
    ],
  ])('of the script "%s" says why and exits with 3', async (script, options, sentence) => {
    const { code, stderr } = await ask('openai', script, [...options, 'do it'])

    expect(code).toBe(3)
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`heddle: ${sentence}`)
  })

  test('is tried again when the provider was away for a moment', async () => {
    const { code, stdout, stderr } = await ask('openai', 'flaky')

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Here again.\n' })
    expect(stderr).toMatch(/\n↻ .*503.* Trying again in \d+ ms\.\n/)
  })
})

describe('the prompt', () => {
  async function promptOf(args: readonly string[], stdin?: string): Promise<unknown> {
    provider.reset()
    await ask('openai', 'hello', args, stdin)
    const body = provider.requests.at(-1)?.body as { input: { role: string; content: unknown }[] } | undefined
    return body?.input.at(-1)
  }

  test('joins its words', async () => {
    expect(JSON.stringify(await promptOf(['say', 'hello']))).toContain('say hello')
  })

  test('has what was piped in as a fenced block at its end', async () => {
    const message = JSON.stringify(await promptOf(['review this'], '+ one\n- two\n'))

    expect(message).toContain(JSON.stringify('review this\n\n```\n+ one\n- two\n```').slice(1, -1))
  })

  test('is what was piped in when there are no words', async () => {
    expect(JSON.stringify(await promptOf([], 'say hello\n'))).toMatch(/"say hello"/)
  })

  test('comes with instructions, the project and its notes', async () => {
    await project.write('AGENTS.md', 'Use tabs.')
    provider.reset()

    await ask('openai', 'hello')

    const body = JSON.stringify(provider.requests.at(-1)?.body)
    expect(body).toContain(`The project folder is ${project.root}.`)
    expect(body).toContain('<project-notes>\\nUse tabs.\\n</project-notes>')
  })
})

test('a reader that leaves ends the run without a word', async () => {
  const { model, env } = account('openai')
  const heddle = project.start(['-q', '--model', model('long'), 'do it'], { env })
  await heddle.printed('line 0\n')
  heddle.child.stdout?.destroy()

  expect(await heddle.ended).toMatchObject({ code: 0, stderr: '' })
})
