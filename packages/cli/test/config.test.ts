import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

let folder: string
let root: string
let env: NodeJS.ProcessEnv

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-config-'))
  root = join(folder, 'project')
  env = { HOME: join(folder, 'home') }
  await mkdir(root)
})
afterEach(() => rm(folder, { recursive: true }))

async function write(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

const projectFile = (): string => join(root, '.heddle', 'config.toml')
const userFile = (): string => join(folder, 'home', '.config', 'heddle', 'config.toml')

describe('readConfig', () => {
  test('names no model when nothing does', async () => {
    expect(await readConfig(root, env)).toEqual({
      model: null,
      roles: {},
      endpoints: {},
      decisions: { enabled: true, enforcePreEdit: false, autoLogCommits: true, cascadeThreshold: 50 },
      files: [
        { file: projectFile(), isThere: false },
        { file: userFile(), isThere: false },
      ],
      warnings: [],
    })
  })

  test('prefers the environment, then the project, then the user', async () => {
    await write(userFile(), '[model]\ndefault = "a/user"\n')
    const user = await readConfig(root, env)
    await write(projectFile(), '[model]\ndefault = "a/project"\n')
    const project = await readConfig(root, env)
    const environment = await readConfig(root, { ...env, HEDDLE_MODEL: ' a/env ' })

    expect([user.model, project.model, environment.model]).toEqual([
      { name: 'a/user', source: userFile() },
      { name: 'a/project', source: projectFile() },
      { name: 'a/env', source: 'HEDDLE_MODEL' },
    ])
  })

  test('finds the user file where XDG_CONFIG_HOME says, if it is absolute', async () => {
    const file = await write(join(folder, 'xdg', 'heddle', 'config.toml'), '[model]\ndefault = "a/xdg"\n')

    const absolute = await readConfig(root, { ...env, XDG_CONFIG_HOME: join(folder, 'xdg') })
    const relative = await readConfig(root, { ...env, XDG_CONFIG_HOME: 'xdg' })

    expect([absolute.model, relative.model]).toEqual([{ name: 'a/xdg', source: file }, null])
  })

  test('names file and line of what is not TOML', async () => {
    await write(projectFile(), '[model]\n\ndefault = provider\n')

    await expect(readConfig(root, env)).rejects.toThrow(`${projectFile()}, line 3: this is not TOML`)
  })

  test.each([
    ['model = "a/b"', '`model` must be a section'],
    ['[model]\ndefault = 3', '`default` in [model] must be a string'],
    ['[model]\nweak = " "', '`weak` in [model] must be a string'],
    ['decisions = true', '`decisions` must be a section'],
    ['[decisions]\nenabled = "no"', '`enabled` in [decisions] must be true or false'],
    ['[decisions]\nauto_log_commits = 1', '`auto_log_commits` in [decisions] must be true or false'],
    [
      '[decisions]\ncascade_threshold = 101',
      '`cascade_threshold` in [decisions] must be a whole number from 0 to 100',
    ],
  ])('says what %j should be', async (text, message) => {
    await write(projectFile(), text)

    await expect(readConfig(root, env)).rejects.toThrow(message)
  })

  test('warns of settings it does not know, an address among them', async () => {
    await write(projectFile(), '[model]\ndefault = "a/b"\nbase_url = "http://evil"\n[keys]\na = "b"\n')

    const { warnings } = await readConfig(root, env)

    expect(warnings).toEqual([
      `${projectFile()}: the setting \`keys\` is not known and has no effect.`,
      `${projectFile()}: the setting \`model.base_url\` is not known and has no effect.`,
    ])
  })

  test('gives roles their models, those of the project before those of the user', async () => {
    await write(userFile(), '[model]\ndefault = "a/user"\nweak = "a/small, b/small"\nreviewer = "weak"\n')
    await write(projectFile(), '[model]\nweak = "a/project"\n')

    const { roles, model } = await readConfig(root, env)
    const { roles: named } = await readConfig(root, { ...env, HEDDLE_MODEL: 'a/env' })

    expect(roles).toEqual({ default: 'a/user', weak: 'a/project', reviewer: 'weak' })
    expect(model).toEqual({ name: 'a/user', source: userFile() })
    expect(named).toEqual({ ...roles, default: 'a/env' })
  })

  test('takes endpoints from the user alone, and warns of a project that names one', async () => {
    const endpoint =
      '[provider.endpoints.work]\nurl = "https://llm.example.com"\nauth_key = "$WORK_KEY"\nproxy = "x"\n'
    await write(userFile(), endpoint)
    await write(projectFile(), endpoint.replaceAll('work', 'evil'))

    const { endpoints, warnings } = await readConfig(root, env)

    expect(endpoints).toMatchObject({
      work: { wire: 'chat', baseUrl: 'https://llm.example.com/v1', keyVariables: ['WORK_KEY'] },
    })
    expect(Object.keys(endpoints)).toEqual(['work'])
    expect(warnings).toEqual([
      expect.stringContaining(`${projectFile()}: the setting \`provider\` has no effect in a project's file`),
      `${userFile()}: the setting \`provider.endpoints.work.proxy\` is not known and has no effect.`,
    ])
  })

  test('names the file in which an endpoint is wrong, and never its key', async () => {
    await write(userFile(), '[provider.endpoints.work]\nurl = "nowhere"\nauth_key = "sk-secret"\n')

    const thrown = await readConfig(root, env).catch((error: unknown) => error)

    expect(String(thrown)).toContain(`${userFile()}: provider.endpoints.work.url must be a URL`)
    expect(String(thrown)).not.toContain('sk-secret')
  })

  test.each<[string, string, object]>([
    ['', '', {}],
    [
      '',
      'enabled = false\nenforce_pre_edit = true\nauto_log_commits = false',
      { enabled: false, enforcePreEdit: true, autoLogCommits: false },
    ],
    // What the user wants less of, no project can give more of.
    [
      'enabled = false\nauto_log_commits = false',
      'enabled = true\nauto_log_commits = true',
      { enabled: false, autoLogCommits: false },
    ],
    ['enforce_pre_edit = true', 'enforce_pre_edit = false', { enforcePreEdit: true }],
    ['cascade_threshold = 30', 'cascade_threshold = 70', { cascadeThreshold: 70 }],
  ])('joins what the user (%j) and the project (%j) say of decisions', async (user, project, expected) => {
    await write(userFile(), `[decisions]\n${user}\n`)
    await write(projectFile(), `[decisions]\n${project}\nunknown = 1\n`)

    const { decisions, warnings } = await readConfig(root, env)

    expect(decisions).toEqual({
      enabled: true,
      enforcePreEdit: false,
      autoLogCommits: true,
      cascadeThreshold: 50,
      ...expected,
    })
    expect(warnings).toEqual([
      `${projectFile()}: the setting \`decisions.unknown\` is not known and has no effect.`,
    ])
  })

  test('reads the settings of the project around the folder', async () => {
    const file = await write(projectFile(), '[model]\ndefault = "a/around"\n')
    const inside = join(root, 'deep', 'inside')
    await mkdir(inside, { recursive: true })

    expect((await readConfig(inside, env)).model).toEqual({ name: 'a/around', source: file })
  })

  test('says that a file cannot be read', async () => {
    await mkdir(projectFile(), { recursive: true })

    await expect(readConfig(root, env)).rejects.toThrow(`${projectFile()} cannot be read`)
  })
})
