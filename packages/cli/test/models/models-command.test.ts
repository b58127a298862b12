import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SECRET } from '../fake-wires.ts'
import { makeProject } from '../heddle-process.ts'
import type { Project } from '../heddle-process.ts'

/** A catalogue of that day is newer than the one that ships. */
const TODAY = new Date().toISOString().slice(0, 10)

/** In the shape of models.dev. */
function catalogOf(inputPrice: number, names: readonly string[]): string {
  const model = (id: string): object => ({
    id,
    name: id,
    tool_call: true,
    reasoning: false,
    modalities: { input: ['text', 'image'], output: ['text'] },
    limit: { context: 123_000, output: 4_000 },
    cost: { input: inputPrice, output: 2 },
    last_updated: TODAY,
  })
  return JSON.stringify({
    groq: { id: 'groq', models: Object.fromEntries(names.map((name) => [name, model(name)])) },
  })
}

interface Listing {
  readonly roles: Readonly<Record<string, string>>
  readonly catalog: { readonly asOf: string; readonly source: string; readonly isStale: boolean }
  readonly providers: readonly {
    readonly provider: string
    readonly isReady: boolean
    readonly keyFrom: string | null
    readonly models: readonly { readonly id: string; readonly price: { readonly input: number } | null }[]
  }[]
}

let project: Project
let provider: FakeProvider
beforeAll(async () => {
  project = await makeProject()
  provider = await startFakeProvider({ scripts: { 'qwen-local': { turns: [] }, 'gpt-5.4': { turns: [] } } })
})
afterAll(async () => {
  await provider.close()
  await project.remove()
})

async function settings(text: string): Promise<void> {
  await mkdir(join(project.home, '.config', 'heddle'), { recursive: true })
  await writeFile(join(project.home, '.config', 'heddle', 'config.toml'), text)
}

describe('heddle models', () => {
  test('lists what can be used, and names the variable of what cannot', async () => {
    const { code, stdout, stderr } = await project.run(['models'], { env: { ANTHROPIC_API_KEY: SECRET } })

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ anthropic {2}ANTHROPIC_API_KEY +context +output +\$ in +\$ out\n/)
    expect(stdout).toMatch(/\n {2}anthropic\/claude-sonnet-5 +1M +128k +2 +10 {2}tools thinks image pdf\n/)
    expect(stdout).toMatch(/\n {2}and \d+ more: heddle models --provider anthropic\n/)
    expect(stdout).toMatch(/\n– groq +\d+ models {2}set GROQ_API_KEY\n/)
    expect(stdout).toMatch(/\nCatalogue of \d{4}-\d\d-\d\d, built in, \d+ days? old/)
    expect(stdout).not.toContain(SECRET)
  })

  test('lists all models of one provider, deprecated ones marked', async () => {
    const { stdout } = await project.run(['models', '--provider', 'anthropic'])
    const { code, stderr } = await project.run(['models', '--provider', 'antropic'])

    expect(stdout).toMatch(/\n {2}anthropic\/claude-3-opus-20240229 [^\n]* {2}deprecated tools image pdf\n/)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^heddle: Unknown provider "antropic": did you mean "anthropic"\? Known are anthropic, azure, [^\n]+\n$/,
    )
  })

  test('searches by words, and has a stable shape as JSON', async () => {
    await settings('[model]\ndefault = "groq/openai/gpt-oss-120b"\nweak = "groq/openai/gpt-oss-20b"\n')
    const { stdout } = await project.run([
      'models',
      '--search',
      'GPT-OSS 20b',
      '--json',
      '--provider',
      'groq',
    ])

    const { roles, providers, catalog } = JSON.parse(stdout) as Listing
    expect(roles).toEqual({ default: 'groq/openai/gpt-oss-120b', weak: 'groq/openai/gpt-oss-20b' })
    expect(catalog).toMatchObject({ source: 'built-in' })
    expect(providers.map(({ provider: name, isReady, keyFrom }) => [name, isReady, keyFrom])).toEqual([
      ['groq', false, null],
    ])
    expect(providers[0]?.models.map(({ id }) => id)).toContain('groq/openai/gpt-oss-20b')
    expect(providers[0]?.models.every(({ id }) => id.includes('20b'))).toBe(true)
  })

  test('asks the endpoint itself with --remote, one of the settings as well, and shows its key nowhere', async () => {
    await settings(`[provider.endpoints.work]\nurl = "${provider.url}"\nauth_key = "${SECRET}"\n`)

    const { code, stdout } = await project.run(['models', '--provider', 'work', '--remote'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ work {2}key in your settings/)
    expect(stdout).toContain('  work/qwen-local ')
    expect(stdout).not.toContain(SECRET)
    expect(provider.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${SECRET}`)
  })

  test('asks all with --remote, and marks those that do not answer', async () => {
    await settings(`[provider.endpoints.gone]\nurl = "http://127.0.0.1:1"\n`)

    const { code, stdout } = await project.run(['models', '--remote'], {
      env: { OPENAI_API_KEY: SECRET, OPENAI_BASE_URL: provider.openaiBaseUrl },
    })

    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ openai {2}OPENAI_API_KEY [^\n]*\n {2}openai\/gpt-5\.4 /)
    expect(stdout).toMatch(/\n✗ gone {2}http:\/\/127\.0\.0\.1:1\/v1\n {2}Could not reach gone [^\n]*\n/)
    expect(stdout).not.toContain('ollama')
  })

  test('says in one sentence that an endpoint cannot be asked', async () => {
    await settings('[provider.endpoints.work]\nurl = "http://127.0.0.1:1"\n')

    const { code, stderr } = await project.run(['models', '--provider', 'work', '--remote'])

    expect(code).toBe(1)
    expect(stderr).toMatch(/^heddle: [^\n]+\n$/)
  })
})

describe('heddle models update', () => {
  const cached = async (from: string): Promise<readonly unknown[]> => {
    const { code, stdout, stderr } = await project.run(['models', 'update', '--from', from, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { models, added, repriced } = JSON.parse(stdout) as {
      models: number
      added: string[]
      repriced: string[]
    }
    return [models, added, repriced]
  }

  test('gets a catalogue, says what changed, and every run then uses it', async () => {
    await settings('')
    await project.write('first.json', catalogOf(1, ['new-model', 'other-model']))
    await project.write('second.json', catalogOf(3, ['new-model', 'other-model']))

    const first = await cached('first.json')
    const second = await cached(join(project.root, 'second.json'))
    const shown = await project.run(['models', 'update', '--from', 'second.json'])
    const { stdout } = await project.run(['models', '--provider', 'groq', '--json'])

    expect(first).toEqual([2, ['groq/new-model', 'groq/other-model'], []])
    expect(second).toEqual([2, [], ['groq/new-model', 'groq/other-model']])
    expect(shown.stdout).toMatch(/^2 models in the catalogue now\.\n\d+ no longer listed:\n/)
    expect(existsSync(join(project.home, '.cache', 'heddle', 'models.json'))).toBe(true)
    const { catalog, providers } = JSON.parse(stdout) as Listing
    expect(catalog).toMatchObject({
      asOf: TODAY,
      source: join(project.root, 'second.json'),
      isStale: false,
    })
    expect(providers[0]?.models.find(({ id }) => id === 'groq/new-model')?.price).toMatchObject({ input: 3 })
  })

  test('leaves what was there when it is no catalogue', async () => {
    await project.write('bad.json', '{"groq": 1')

    const { code, stderr } = await project.run(['models', 'update', '--from', 'bad.json'])
    const { stdout } = await project.run(['models', '--provider', 'groq', '--json'])

    expect(code).toBe(2)
    expect(stderr).toMatch(/^heddle: [^\n]+bad\.json is not JSON[^\n]+\n$/)
    expect((JSON.parse(stdout) as Listing).catalog.asOf).toBe(TODAY)
  })
})
