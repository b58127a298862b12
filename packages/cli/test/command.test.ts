import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject } from './heddle-process.ts'
import type { Project } from './heddle-process.ts'
import { parseCommandLine } from '../src/command.ts'

describe('parseCommandLine', () => {
  test('fills in the defaults', () => {
    expect(parseCommandLine(['find', 'it'], '1.2.3')).toEqual({
      words: ['find', 'it'],
      options: {
        print: false,
        outputFormat: 'text',
        maxSteps: 50,
        decisions: true,
        color: true,
        quiet: false,
        verbose: false,
      },
    })
  })

  test('reads every option, also between and after the words', () => {
    const args =
      'find -m a/b it --tools grep,read_file,grep -p --output-format json --max-steps 3 --system S ' +
      '--append-system T -C sub --no-decisions --no-color -q --verbose -- --not-an-option'

    expect(parseCommandLine(args.split(' '), '1.2.3')).toEqual({
      words: ['find', 'it', '--not-an-option'],
      options: {
        model: 'a/b',
        tools: ['grep', 'read_file'],
        print: true,
        outputFormat: 'json',
        maxSteps: 3,
        system: 'S',
        appendSystem: 'T',
        cwd: 'sub',
        decisions: false,
        color: false,
        quiet: true,
        verbose: true,
      },
    })
  })

  test('takes "none" for no tools at all', () => {
    expect(parseCommandLine(['--tools', 'none', 'x'], '1').options.tools).toEqual([])
  })
})

describe('the command line', () => {
  let project: Project
  beforeAll(async () => {
    project = await makeProject()
  })
  afterAll(() => project.remove())

  test('explains itself with examples and exit codes', async () => {
    const { code, stdout, stderr } = await project.run(['--help'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('git diff | heddle "review this"')
    expect(stdout).toMatch(/Exit codes:\n {2}0 {4}.*\n {2}1 {4}.*\n {2}2 {4}.*\n {2}3 {4}/)
  })

  test.each([
    [['--frobnicate'], "heddle: unknown option '--frobnicate'\n"],
    [
      ['--max-steps', '0', 'x'],
      "heddle: option '--max-steps <number>' argument '0' is invalid. It must be a whole number from 1.\n",
    ],
    [
      ['--max-steps', '1e3', 'x'],
      "heddle: option '--max-steps <number>' argument '1e3' is invalid. It must be a whole number from 1.\n",
    ],
    [
      ['--output-format', 'xml', 'x'],
      "heddle: option '--output-format <format>' argument 'xml' is invalid. Allowed choices are text, json, stream-json.\n",
    ],
    [['--model'], "heddle: option '-m, --model <provider/model>' argument missing\n"],
  ])('answers %j with one sentence and code 2', async (args, stderr) => {
    expect(await project.run(args)).toEqual({ code: 2, stdout: '', stderr })
  })
})
