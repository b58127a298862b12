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
    expect(await readConfig(root, env)).toEqual({ model: null, warnings: [] })
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

  test('says that a file cannot be read', async () => {
    await mkdir(projectFile(), { recursive: true })

    await expect(readConfig(root, env)).rejects.toThrow(`${projectFile()} cannot be read`)
  })
})
