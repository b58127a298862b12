import { isAbsolute } from 'node:path'
import { ConfigError } from '@heddle/core'
import { DEFAULT_LIMITS } from './limits.ts'
import type { ToolLimits } from './limits.ts'

/** What every tool that touches files is told. */
export interface FileToolOptions {
  /** The project folder, absolute. Nothing outside it is read or written; links are resolved first. */
  readonly root: string
  readonly limits?: Partial<ToolLimits>
}

/** What the shell tool is told. */
export interface CommandToolOptions extends FileToolOptions {
  /**
   * The environment that commands inherit; default `process.env`. Variables whose names look like secrets
   * are left out either way: see `commandEnvironment`.
   */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What a question may come with. */
export interface QuestionOptions {
  /** Answers to offer, in order; empty when any answer will do. The person may answer something else. */
  readonly choices: readonly string[]
  /** Aborts when nobody waits for the answer any more: take the question away. */
  readonly signal: AbortSignal
}

/** PORT. Puts a question to the person and resolves with the answer; rejects when there is nobody to ask. */
export type AskHuman = (question: string, options: QuestionOptions) => Promise<string>

/** @throws ConfigError `config.invalid` for a relative root, which would change its meaning with the working folder. */
export function checkedRoot(root: string): string {
  if (isAbsolute(root) && !root.includes('\0')) return root
  throw new ConfigError(
    'config.invalid',
    `The tools' root ${JSON.stringify(root)} must be an absolute path; use path.resolve(…).`,
  )
}

/** The defaults with the caller's changes; an `undefined` changes nothing. */
export function withDefaults(limits: Partial<ToolLimits> | undefined): ToolLimits {
  const set = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined)
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(set) }
}
