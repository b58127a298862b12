import { describe, expect, test } from 'vitest'
import { subcommandOf } from '../src/subcommand.ts'
import { makeProject } from './heddle-process.ts'

describe('subcommandOf', () => {
  test.each<[string[], ReturnType<typeof subcommandOf>]>([
    [['graph', 'show'], { name: 'graph', args: ['show'] }],
    [['-C', 'x', '--no-color', 'models'], { name: 'models', args: ['-C', 'x', '--no-color'] }],
    [['--cwd=x', 'graph', 'log', '--', '-t'], { name: 'graph', args: ['log', '--cwd=x', '--', '-t'] }],
    [['--', 'graph'], null],
    [['graph the imports'], null],
    [['draw', 'graph'], null],
    [['-m', 'graph'], null],
    [[], null],
  ])('reads %j', (args, expected) => {
    expect(subcommandOf(args)).toEqual(expected)
  })
})

test('a prompt that begins with the name of a command is told how to be one', async () => {
  const project = await makeProject()

  const outcomes = await Promise.all(
    [
      ['graph', 'the', 'imports'],
      ['models', 'of', 'it'],
      ['--', 'models', 'of', 'files'],
    ].map((args) => project.run(args)),
  )
  await project.remove()

  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 0])
  expect(outcomes[0]?.stderr).toBe(
    'heddle: unknown command \'the\' A prompt that begins with "graph" goes in quotes, or after --.\n',
  )
  expect(outcomes[1]?.stderr).toMatch(
    /^heddle: too many arguments[^\n]*"models" goes in quotes, or after --\.\n$/,
  )
})

test.each(['graph', 'models', 'doctor', 'graph log', 'models update'])(
  'heddle %s --help is printed',
  async (name) => {
    const project = await makeProject()

    const { code, stdout, stderr } = await project.run([...name.split(' '), '--help'])
    await project.remove()

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: heddle ${name} `))
  },
)
