import { getEventListeners } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tool } from '@heddle/core'
import { toolContext } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { bashTool } from '../src/bash.ts'
import { callTool, errorFrom, textFrom } from './call-tool.ts'
import { processesWith, uniqueSeconds } from './living-processes.ts'
import { projectFolder } from './project-folder.ts'

/** A call whose progress the test itself asks for. */
function start(bash: Tool, input: { readonly command: string }): AsyncGenerator<unknown> {
  return bash.execute(input, toolContext()) as AsyncGenerator<unknown>
}

/** Durations differ from run to run. */
function withoutSeconds(text: string): string {
  return text.replace(/\d+\.\d s/g, 'N s')
}

describe('what a command gives', () => {
  test('gives both streams in the order they were written, then the exit code', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const text = await textFrom(bash, { command: 'echo 1; echo 2 >&2; echo 3; echo 4 >&2; exit 7' })

    expect(withoutSeconds(text)).toBe('1\n2\n3\n4\n[exit code 7, N s]')
  })

  test('says so when there was no output', async () => {
    const bash = bashTool({ root: await projectFolder() })

    expect(withoutSeconds(await textFrom(bash, { command: 'true' }))).toBe('[no output]\n[exit code 0, N s]')
  })

  test('names the signal that killed a command', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const text = await textFrom(bash, { command: 'echo before; kill -SEGV $$' })

    expect(withoutSeconds(text)).toBe('before\n[killed by SIGSEGV, N s]')
  })

  test('runs in the project folder, with bash, without input and without a terminal', async () => {
    const root = await projectFolder()
    const bash = bashTool({ root })

    const text = await textFrom(bash, {
      command: 'pwd; [[ -n $BASH_VERSION ]] && echo bash; cat; tty; (: </dev/tty) 2>/dev/null || echo no tty',
    })

    expect(withoutSeconds(text)).toBe(`${root}\nbash\nnot a tty\nno tty\n[exit code 0, N s]`)
  })

  test('takes terminal codes out', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const text = await textFrom(bash, {
      command: String.raw`printf '\e[31mred\e[0m\n50%%\r100%%\r\n\e]0;title\a'`,
    })

    expect(withoutSeconds(text)).toBe('red\n100%\n[exit code 0, N s]')
  })

  test('keeps start and end of a long output and says how much is missing', async () => {
    const bash = bashTool({ root: await projectFolder(), limits: { commandOutputChars: 300 } })

    const text = await textFrom(bash, { command: 'seq 1 20000' })

    expect(withoutSeconds(text)).toMatch(
      /^1\n2\n3\n[\d\n]+\n\[108\.\d KB of 108\.9 KB left out here; [^\]]+\]\n[\d\n]+\n19999\n20000\n\[exit code 0, N s\]$/,
    )
  })

  test('tells the end of the output while the command runs', async () => {
    const root = await projectFolder()
    const waitFor = (file: string): string => `until [ -e ${file} ]; do sleep 0.02; done`
    const command = `echo one; ${waitFor('first')}; echo two; ${waitFor('second')}; echo three`
    const running = start(bashTool({ root }), { command })

    const first = (await running.next()).value
    await writeFile(join(root, 'first'), '')
    const second = (await running.next()).value
    await writeFile(join(root, 'second'), '')

    expect([first, second]).toEqual(['one\n', 'one\ntwo\n'])
    for (let step = await running.next(); ; step = await running.next()) {
      if (!step.done) continue
      expect(withoutSeconds(String(step.value))).toBe('one\ntwo\nthree\n[exit code 0, N s]')
      break
    }
  })
})

describe('the environment of a command', () => {
  test('has no secrets, and settings that keep programs from waiting for a person', async () => {
    const env = {
      PATH: process.env['PATH'],
      PLAIN: 'kept',
      OPENAI_API_KEY: 'x',
      github_token: 'x',
      DB_PASSWORD: 'x',
      CI: '1',
      FORCE_COLOR: '1',
      npm_config_user_agent: 'x',
      INIT_CWD: '/elsewhere',
      HEDDLE_MODEL: 'x',
    }
    const bash = bashTool({ root: await projectFolder(), env })

    const text = await textFrom(bash, { command: 'env | grep -vE "^(PATH|PWD|OLDPWD|SHLVL|_)=" | sort' })

    expect(withoutSeconds(text)).toMatch(
      /^GIT_EDITOR=true\nGIT_PAGER=cat\nGIT_TERMINAL_PROMPT=0\nHEDDLE_COMMAND=[\w.-]+\nNO_COLOR=1\nPAGER=cat\nPLAIN=kept\nTERM=dumb\n\[exit code 0, N s\]$/,
    )
  })

  test('has no folders that npm put before the PATH of whoever started it', async () => {
    // Not this process's own, which `npm test` has made longer.
    const own = '/usr/local/bin:/usr/bin:/bin'
    const npms = '/p/node_modules/.bin:/node_modules/.bin:/n/@npmcli/run-script/lib/node-gyp-bin'
    const env = { PATH: `${npms}:${npms}:${own}`, npm_lifecycle_event: 'start' }
    const bash = bashTool({ root: await projectFolder(), env })

    expect(await textFrom(bash, { command: 'printf %s "$PATH"' })).toMatch(new RegExp(`^${own}\n\\[`))
  })
})

describe('bounds', () => {
  test('kills a command that takes longer than it may', async () => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })

    const text = await textFrom(bash, { command: `echo begun; sleep ${seconds}`, timeout_ms: 300 })

    expect(withoutSeconds(text)).toBe(
      'begun\n[timed out after N s; the command and all it had started were killed]',
    )
    expect(processesWith(seconds)).toEqual([])
  })

  test('refuses a longer timeout than the limit', async () => {
    const bash = bashTool({ root: await projectFolder() })

    await expect(callTool(bash, { command: 'true', timeout_ms: 600_001 })).rejects.toThrow(
      'must be at most 600000',
    )
  })

  test('kills a command that prints without end, and holds no more than the window', async () => {
    const bash = bashTool({ root: await projectFolder(), limits: { commandOutputBytes: 500_000_000 } })
    const before = process.memoryUsage().arrayBuffers

    const text = await textFrom(bash, { command: 'yes heddle' })

    expect(text).toMatch(/\[killed after 500\.\d MB of output, \d+\.\d s\]$/)
    expect(text.length).toBeLessThan(31_000)
    // What was read is garbage; how much of it waits for its collection is not ours to say.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000)
  })

  test('says what to do with a command that is longer than the system takes', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const error = await errorFrom(bash, { command: `: ${'x'.repeat(140_000)}` })

    expect(error).toBe(
      'tool.failed: The command is longer than 128 KB, which the system does not take; put it into a script with write_file and run that.',
    )
  })

  test('says so when the project folder is gone', async () => {
    const root = join(await projectFolder(), 'sub')
    await mkdir(root)
    const bash = bashTool({ root })
    await rm(root, { recursive: true })

    expect(await errorFrom(bash, { command: 'true' })).toBe(
      `tool.failed: The program could not be started: it, or the folder ${root}, does not exist.`,
    )
  })
})

describe('nothing is left behind', () => {
  test('returns at the exit of the command and ends its background jobs', async () => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })
    const startedAt = performance.now()

    const text = await textFrom(bash, { command: `sleep ${seconds} & echo hi` })

    expect(withoutSeconds(text)).toBe('hi\n[exit code 0, N s; 1 background job ended with it]')
    // The job would have held the output open for a minute.
    expect(performance.now() - startedAt).toBeLessThan(30_000)
    expect(processesWith(seconds)).toEqual([])
  })

  test.each([
    ['without output', 'sleep SECONDS >/dev/null 2>&1 & true'],
    ['in a process group of its own', 'timeout 100 sleep SECONDS & true'],
    ['under job control', 'set -m; sleep SECONDS & true'],
    ['without hang-ups', 'nohup sleep SECONDS & true'],
    ['deeper down', '(bash -c "sleep SECONDS & sleep SECONDS" &) & true'],
    ['in a session of its own, its parents dead', 'setsid sh -c "sleep SECONDS & sleep SECONDS" & sleep 0.1'],
    ['that has left every parent twice', 'setsid sh -c "setsid sleep SECONDS &" & sleep 0.1'],
  ])('ends a background job %s', async (_title, command) => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })

    await textFrom(bash, { command: command.replaceAll('SECONDS', seconds) })

    expect(processesWith(seconds)).toEqual([])
  })

  test('ends a family that keeps on forking while it is killed', async () => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })
    const breeds = 'for i in 1 2 3 4 5 6 7 8 9 10; do setsid sleep SECONDS & sleep 0.003; done'

    const text = await textFrom(bash, {
      command: `(${breeds}; ${breeds}) </dev/null >/dev/null 2>&1 &`.replaceAll('SECONDS', seconds),
    })

    expect(text).toContain('[exit code 0, ')
    // Whoever was forked after the call would still come.
    await expect.poll(() => processesWith(seconds)).toEqual([])
  })

  test('leaves the processes of another command alone', async () => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })
    const other = new AbortController()
    const stays = errorFrom(bash, { command: `setsid --wait sleep ${seconds}` }, other.signal)
    await expect.poll(() => processesWith(seconds)).toContain(`sleep ${seconds}`)

    await textFrom(bash, { command: 'setsid true & true' })

    expect(processesWith(seconds)).toContain(`sleep ${seconds}`)
    other.abort()
    await stays
  })

  test('waits for a reader of the output that is about to finish', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const text = await textFrom(bash, { command: 'echo hi > >(sed s/hi/seen/)' })

    expect(withoutSeconds(text)).toBe('seen\n[exit code 0, N s]')
  })

  test.each([
    ['a plain command', 'sleep SECONDS'],
    ['a command in a group of its own', 'timeout 100 sleep SECONDS'],
    ['a command in a session of its own', 'setsid --wait sleep SECONDS'],
    ['a command that ignores SIGTERM', 'trap "" TERM; while :; do sleep SECONDS; done'],
    ['a pipeline', 'sleep SECONDS | cat | cat'],
    ['a daemon', 'setsid sleep SECONDS </dev/null >/dev/null 2>&1 & sleep 0.1; exec tail -f /dev/null'],
  ])('ends %s on abort', async (_title, command) => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })
    const abort = new AbortController()
    const failed = errorFrom(bash, { command: command.replaceAll('SECONDS', seconds) }, abort.signal)
    await expect.poll(() => processesWith(seconds)).toContain(`sleep ${seconds}`)

    abort.abort()

    expect(await failed).toBe(
      'tool.interrupted: The command was stopped before it ended; what it had done so far stays done.',
    )
    expect(processesWith(seconds)).toEqual([])
  })

  test('gives a command half a second to clean up after an abort', async () => {
    const root = await projectFolder()
    const bash = bashTool({ root })
    const abort = new AbortController()
    const command =
      'trap "sleep 0.1; echo cleaned > mark; exit" TERM; echo up > ready; while :; do sleep 0.05; done'
    const failed = errorFrom(bash, { command }, abort.signal)
    await expect.poll(() => textFrom(bash, { command: 'cat ready' })).toContain('up')

    abort.abort()
    await failed

    expect(await textFrom(bash, { command: 'cat mark' })).toContain('cleaned')
  })

  test('starts nothing when the run was aborted before', async () => {
    const bash = bashTool({ root: await projectFolder() })

    const error = await errorFrom(bash, { command: 'touch mark' }, AbortSignal.abort())

    expect(error).toBe('tool.interrupted: The run was stopped before the program was started.')
    expect(await textFrom(bash, { command: 'ls' })).toMatch(/^\[no output\]/)
  })

  test('ends the command when nobody wants its progress any more', async () => {
    const seconds = uniqueSeconds()
    const bash = bashTool({ root: await projectFolder() })
    const running = start(bash, { command: `echo hi; sleep ${seconds}` })

    for await (const _progress of running) break

    expect(processesWith(seconds)).toEqual([])
  })

  test('leaves no listener and raises no warning with eight commands at once', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', onWarning)
    const exitListeners = process.listenerCount('exit')
    const abort = new AbortController()
    const bash = bashTool({ root: await projectFolder() })

    const texts = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        textFrom(bash, { command: `sleep 0.1; echo ${at}` }, abort.signal),
      ),
    )

    expect(texts.map((text) => text.split('\n')[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    expect(warnings).toEqual([])
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    expect(process.listenerCount('exit')).toBe(exitListeners)
    process.off('warning', onWarning)
  })
})
