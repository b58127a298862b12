import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '@heddle/core'
import type { BridgeName } from '../../../src/bridge.ts'

/** What a stand-in for a program does when it is asked, in order. */
export type FakeStep =
  | { readonly line: JsonObject }
  | { readonly raw: string }
  | { readonly stderr: string }
  | { readonly waitMs: number }
  /** The same line again and again, every 20 ms. */
  | { readonly noise: JsonObject }
  /** A child that holds the output; `escaped` is out of the program's group. */
  | { readonly child: 'own' | 'escaped' }
  /** SIGTERM is ignored from now on. */
  | { readonly deaf: true }
  | { readonly hang: true }
  /** So many bytes of answer. */
  | { readonly flood: number }
  | { readonly exit: number }
  | { readonly kill: 'SIGKILL' | 'SIGSEGV' }

export interface FakePlan {
  readonly steps?: readonly FakeStep[]
  readonly version?: string
  readonly status?: { readonly stdout?: string; readonly stderr?: string; readonly exitCode?: number }
}

/** What a stand-in was told, or did. */
export interface FakeCall {
  readonly kind: 'status' | 'answer' | 'child' | 'written'
  readonly pid: number
  readonly args: readonly string[]
  readonly stdin: string
  readonly cwd: string
  /** What stood in `cwd`: texts as they were, others in base64. */
  readonly files: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly bytes: number
}

export interface FakeCli {
  /** With a PATH in which the stand-in is. */
  readonly env: Readonly<Record<string, string>>
  readonly path: string
  plan(plan: FakePlan): Promise<void>
  calls(): Promise<readonly FakeCall[]>
}

const COMMANDS: Readonly<Record<BridgeName, string>> = {
  'claude-subscription': 'claude',
  'codex-subscription': 'codex',
}

/** What the programs say of a login by subscription. */
const LOGGED_IN: Readonly<Record<BridgeName, NonNullable<FakePlan['status']>>> = {
  'claude-subscription': { stdout: '{"loggedIn":true,"authMethod":"claude.ai"}' },
  'codex-subscription': { stderr: 'Logged in using ChatGPT\n' },
}

/** Puts a stand-in, a shell script in a folder with blanks in its name, in the place of a bridge's program. */
export async function fakeCli(bridge: BridgeName, plan: FakePlan = {}): Promise<FakeCli> {
  const root = await mkdtemp(join(tmpdir(), 'heddle fake cli '))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const path = join(root, 'bin of it', COMMANDS[bridge])
  await mkdir(join(root, 'bin of it'))
  const player = fileURLToPath(new URL('../fixtures/fake-cli.mjs', import.meta.url))
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${player}' "$0" "$@"\n`)
  await chmod(path, 0o755)
  const write = ({ status = LOGGED_IN[bridge], ...rest }: FakePlan): Promise<void> =>
    writeFile(join(root, 'bin of it', 'plan.json'), JSON.stringify({ status, ...rest }))
  await write(plan)
  return {
    env: { PATH: join(root, 'bin of it') },
    path,
    plan: write,
    async calls() {
      const text = await readFile(join(root, 'bin of it', 'calls.jsonl'), 'utf8').catch(() => '')
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as FakeCall]))
    },
  }
}

/** The steps that print what a real program once printed. */
export function printed(lines: readonly JsonObject[] | undefined): readonly FakeStep[] {
  if (!lines) throw new Error('there is no such recording')
  return lines.map((line) => ({ line }))
}

/** True as long as there is such a process, and it is not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}
