import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CTRL_C, CTRL_D, ENTER, hasScript, openTerminal } from './terminal.ts'
import type { Terminal } from './terminal.ts'

const PROGRAM = fileURLToPath(new URL('programs/approve.ts', import.meta.url))

function askFor(input: unknown): Terminal {
  const request = JSON.stringify({ tool: 'bash', input, reason: 'it deletes \u001b[2Jfiles' })
  const command = [process.execPath, '--conditions=@heddle/source', PROGRAM, request]
  return openTerminal(command, { cwd: process.cwd(), env: process.env })
}

describe.skipIf(!hasScript)('asking for approval', () => {
  test.each([
    [`y${ENTER}`, '{"decision":"allow","by":"string"}'],
    [`YES${ENTER}`, '{"decision":"allow","by":"string"}'],
    [ENTER, '{"decision":"deny","by":"string"}'],
    [`n${ENTER}`, '{"decision":"deny","by":"string"}'],
    [`yet another time${ENTER}`, '{"decision":"deny","by":"string","reason":"yet another time"}'],
    [CTRL_D, '{"decision":"deny","by":"string","reason":"nobody answered"}'],
    [CTRL_C, 'null'],
  ])('takes %j for %s', async (typed, answer) => {
    const terminal = askFor({ command: 'rm -r out' })
    await terminal.waitFor('Allow bash "rm -r out"? [y/N] (it deletes ␛[2Jfiles) ')

    terminal.type(typed)

    await terminal.waitFor('answer ')
    await terminal.waitFor(`${answer}.`)
    expect(await terminal.code).toBe(0)
  })

  test.each([
    ['is long', `echo ${'x'.repeat(200)}; rm -rf /`],
    ['has several lines', 'echo\nrm -rf /'],
  ])('shows all of an input that %s before it asks', async (_what, command) => {
    const terminal = askFor({ command })

    await terminal.waitFor('Allow bash ')
    terminal.type(ENTER)
    await terminal.code

    const [before = ''] = terminal.shown().split('Allow bash')
    expect(before).toContain(JSON.stringify(command).slice(1, -1))
  })
})
