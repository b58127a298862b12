import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SECRET } from './fake-wires.ts'
import { makeProject } from './heddle-process.ts'
import type { Outcome, Project } from './heddle-process.ts'

let provider: FakeProvider
let project: Project
beforeAll(async () => {
  const usage = { input: 1_000_000, output: 0 }
  provider = await startFakeProvider({
    scripts: {
      small: { turns: [{ text: 'Small.' }], repeatLast: true },
      large: { turns: [{ text: 'Large.', usage }], repeatLast: true },
      broken: { turns: [{ faults: [{ kind: 'status', status: 401 }] }], repeatLast: true },
    },
  })
  project = await makeProject()
  await mkdir(join(project.home, '.config', 'heddle'), { recursive: true })
  await writeFile(
    join(project.home, '.config', 'heddle', 'config.toml'),
    `[model]
default = "work/large"
weak = "work/small"
reviewer = "work/broken, weak"

[provider.endpoints.work]
url = "${provider.url}"
auth_key = "$WORK_KEY"

[provider.endpoints.groq]
url = "${provider.openaiBaseUrl}"
auth_key = "${SECRET}"
`,
  )
})
afterAll(async () => {
  await provider.close()
  await project.remove()
})

function ask(args: readonly string[], stdin?: string): Promise<Outcome> {
  return project.run(args, { env: { WORK_KEY: SECRET }, ...(stdin === undefined ? {} : { stdin }) })
}

test('a role of the settings is asked by its name, at an endpoint of the settings with its key', async () => {
  const usual = await ask(['do it'])
  const weak = await ask(['-m', 'weak', 'do it'])

  expect([usual.stdout.trim(), weak.stdout.trim()]).toEqual(['Large.', 'Small.'])
  expect(weak.stderr).toMatch(/^model work\/small \(--model\)\n/)
  expect(provider.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${SECRET}`)
  expect(usual.stderr + weak.stderr).not.toContain(SECRET)
})

test('a chain moves on when a model fails', async () => {
  const { code, stdout } = await ask(['-m', 'reviewer', 'do it'])

  expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'Small.' })
})

test('a role is chosen in a conversation, too', async () => {
  const { code, stdout, stderr } = await ask([], '/model weak\ndo it\n/model nobody\n')

  expect({ code, stdout: stdout.trim() }).toEqual({ code: 2, stdout: 'Small.' })
  expect(stderr).toMatch(
    /\nheddle: "nobody" is neither a model string, [^\n]*, nor a role; roles are [^\n]*reviewer\n/,
  )
})

test('what heddle models update got is what a run costs', async () => {
  const entry = {
    id: 'large',
    name: 'large',
    tool_call: true,
    reasoning: false,
    modalities: { input: ['text'], output: ['text'] },
    limit: { context: 2_000_000, output: 4_000 },
    cost: { input: 7, output: 2 },
    last_updated: new Date().toISOString().slice(0, 10),
  }
  await project.write('api.json', JSON.stringify({ groq: { id: 'groq', models: { large: entry } } }))

  const before = await ask(['-m', 'groq/large', 'do it'])
  await ask(['models', 'update', '--from', 'api.json'])
  const after = await ask(['-m', 'groq/large', 'do it'])

  expect(before.stderr).toContain(' · cost unknown · ')
  expect(after.stderr).toContain(' · $7.00 · ')
})
