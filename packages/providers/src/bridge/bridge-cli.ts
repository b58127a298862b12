import type { JsonObject, ModelEvent, ModelRequest } from '@heddle/core'
import type { BridgeName } from './bridge-names.ts'
import type { EnvironmentRules } from './cli-environment.ts'

/** A program that answers in a model's place, and all that differs from program to program. */
export interface BridgeCli {
  readonly name: BridgeName
  /** Looked for in the PATH. */
  readonly command: string
  /** What to type where it is missing. */
  readonly install: string
  /** How long it may be silent within an answer, in milliseconds, unless the caller says otherwise. */
  readonly idleTimeoutMs: number
  readonly environment: EnvironmentRules
  /** Arguments that make it say who is logged in, without a question to a server. */
  readonly loginArguments: readonly string[]
  /** Reads what `loginArguments` made it say. */
  readLogin(said: CliSaid): BridgeLogin
  /** False: its answer does not tell by whose account it came, so the login is looked up before the first. */
  readonly tellsAccount: boolean
  /** How a question is put to it. */
  invocation(model: string, request: ModelRequest): Invocation
  /** Understands the answer to a request; one per answer. */
  decoder(request: ModelRequest): CliDecoder
}

/** All output of a program that ended. */
export interface CliSaid {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** By what the program is logged in. `unknown`: it did not say in words that we know. */
export type BridgeLogin = 'subscription' | 'api-key' | 'none' | 'unknown'

/** A question, as a program takes it. */
export interface Invocation {
  /** Written into the private folder that the program is given. */
  readonly files: readonly InvocationFile[]
  /** @param pathOf - Where one of `files` is. */
  arguments(pathOf: (name: string) => string): readonly string[]
  /** What goes to its standard input, which is then closed. */
  readonly stdin: string
  /** Set beside what {@link BridgeCli.environment} lets through. */
  readonly env: Readonly<Record<string, string>>
}

export interface InvocationFile {
  readonly name: string
  /** Text, or bytes in base64. */
  readonly content: { readonly text: string } | { readonly base64: string }
}

/**
 * What a line was: `noise` tells nothing of the answer, `progress` does; `complete` was its end; after `stop`
 * the answer is complete as well, but the program would go on by itself and must be ended.
 */
export type LineKind = 'noise' | 'progress' | 'complete' | 'stop'

/** Turns the lines of JSON that a program prints into an answer. */
export interface CliDecoder {
  /**
   * Appends the line's events to the batch, and `finish` with the line that is the end.
   *
   * @throws ModelError when the line says that there will be no answer.
   */
  take(line: JsonObject, batch: ModelEvent[]): LineKind
}
