import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject } from './heddle-process.ts'
import type { Project } from './heddle-process.ts'

let project: Project
beforeAll(async () => {
  project = await makeProject({
    'src/a.ts': 'export const a = 1 // TODO: more letters\n',
    'src/deep/b.ts': '// nothing\n// FIXME: b is wrong\n',
    'notes.md': 'mastodon\n',
  })
})
afterAll(() => project.remove())

describe.concurrent('without a key and without a local model', () => {
  test('finds all TODO comments with file and line, and says that no model is at work', async () => {
    const { code, stdout, stderr } = await project.run(['Find all TODO comments'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/src\/a\.ts[\s\S]*1[\s\S]*TODO: more letters/)
    expect(stdout).not.toContain('mastodon')
    expect(stderr).toMatch(
      /^model heddle\/offline, not a language model \(no API key is set and no Ollama answers\)\n/,
    )
    expect(stderr).toMatch(/\n• grep [^\n]+\n/)
    expect(stderr).toMatch(/\n2 steps · 0 in \/ 0 out tokens · free · [\d.]+ m?s\n$/)
  })

  test('works in the folder that --cwd names', async () => {
    const { code, stdout } = await project.run(['--cwd', 'src/deep', 'list all files'])

    expect(code).toBe(0)
    expect(stdout).toContain('b.ts')
    expect(stdout).not.toContain('a.ts')
  })

  test('goes on without a pipe that stays open and silent', async () => {
    const heddle = project.start(['list all files'], { openStdin: true })
    const { code, stdout, stderr } = await heddle.ended
    heddle.child.stdin?.destroy()

    expect(code).toBe(0)
    expect(stdout).toContain('src/a.ts')
    expect(stderr).toContain(
      'Nothing came on standard input; going on without it ("-" as last argument waits).\n',
    )
  })

  test('waits for a slow pipe when the last argument is "-"', async () => {
    const heddle = project.start(['summarise this', '-'], { openStdin: true })
    setTimeout(() => heddle.child.stdin?.end('one two three\n'), 3_500)
    const { code, stdout } = await heddle.ended

    expect(code).toBe(0)
    expect(stdout).toContain('one two three')
  })
})

describe('what cannot be done', () => {
  test.each<[string, string[], RegExp]>([
    ['no prompt', [], /^heddle: There is nothing to do: give a prompt/],
    ['an empty prompt', [''], /^heddle: There is nothing to do/],
    ['a model without a provider', ['-m', 'gpt', 'x'], /^heddle: "gpt" is neither a model string/],
    ['an unknown provider', ['-m', 'antropic/x', 'x'], /^heddle: .*anthropic/],
    ['a missing key', ['-m', 'openai/gpt-5', 'x'], /^heddle: .*OPENAI_API_KEY/],
    [
      'an unknown tool',
      ['--tools', 'grep,gerp', 'x'],
      /^heddle: There is no tool "gerp"; choose from bash, edit_file, glob, grep, read_file, write_file, or none\.\n$/,
    ],
    ['a tool that needs a terminal', ['--tools', 'human', 'x'], /^heddle: The tool "human" needs a terminal/],
    ['a folder that is none', ['-C', 'nowhere', 'x'], /^heddle: .*\/nowhere is not a folder/],
  ])('%s is told in one sentence, with code 2', async (_what, args, sentence) => {
    const { code, stdout, stderr } = await project.run(args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/^[^\n]+\n$/)
  })

  test('binary on standard input is told in one sentence', async () => {
    expect(await project.run(['read'], { stdin: 'a\0b' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'heddle: Standard input is binary; only text can be added to a prompt.\n',
    })
  })

  test('a broken config file is named with its line', async () => {
    await project.write('broken/.heddle/config.toml', '[model\n')

    const { code, stderr } = await project.run(['-C', 'broken', 'x'])

    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^heddle: \/[^\n]*\/broken\/\.heddle\/config\.toml, line 1: this is not TOML \([^\n]+\)\.\n$/,
    )
  })

  test('shows a stack only when asked to', async () => {
    const { stderr } = await project.run(['-C', 'nowhere', 'x'], { env: { HEDDLE_DEBUG: '1' } })

    expect(stderr).toMatch(/\n\s+at /)
  })
})

describe('the model', () => {
  test('is the one that HEDDLE_MODEL names, and the notice says so', async () => {
    const { code, stderr } = await project.run(['list all files'], {
      env: { HEDDLE_MODEL: 'heddle/offline' },
    })

    expect(code).toBe(0)
    expect(stderr).toMatch(/^model heddle\/offline, not a language model \(HEDDLE_MODEL\)\n/)
  })

  test('is the one of the project before that of the user', async () => {
    await project.write('p/.heddle/config.toml', '[model]\ndefault = "openai/from-project"\n')

    const { code, stderr } = await project.run(['-C', 'p', 'x'], {
      env: { OPENAI_BASE_URL: 'http://127.0.0.1:1' },
    })

    expect(code).toBe(2)
    expect(stderr).toMatch(/^heddle: .*OPENAI_API_KEY/)
  })

  test('warns of a setting that is not known', async () => {
    await project.write('w/.heddle/config.toml', '[model]\nbase_url = "http://x"\n')

    const { code, stderr } = await project.run(['-C', 'w', 'list all files'])

    expect(code).toBe(0)
    expect(stderr).toMatch(/^heddle: warning: .*`model\.base_url` is not known and has no effect\.\n/)
  })
})
