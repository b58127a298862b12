import { ConfigError } from './errors.ts'
import type { ToolApproval } from './approvals.ts'
import type { ToolEffect } from './events.ts'
import type { RunChild } from './run-child.ts'
import type { JsonValue } from './json.ts'
import type { Message } from './messages.ts'
import { compileSchema } from './schema.ts'
import type { CompiledSchema, InputOf, InputSchema } from './schema.ts'

/** What a tool knows of the call it serves. */
export interface ToolContext {
  /** Aborts when the run does, or the call's time is over: stop, and leave nothing running. */
  readonly signal: AbortSignal
  readonly runId: string
  readonly callId: string
  /** Model turn of the call, from 1. */
  readonly turn: number
  /** The same for every attempt at this call, also after a crash: hand it to services that know such keys. */
  readonly idempotencyKey: string
  /** The whole conversation so far, also what left the model's view. */
  readonly transcript: () => readonly Message[]
  /** Runs another agent as a part of this call: see `agentTool`. */
  readonly runChild: RunChild
}

/** What `execute` may give back: a value, a promise of one, or a generator that yields progress and returns the value. */
export type ToolOutput = unknown

/** What {@link tool} is told. */
export interface ToolDefinition<S extends InputSchema = InputSchema> {
  /** 1 to 64 letters, digits, `_` and `-`: what every provider accepts. */
  readonly name: string
  /** Written for the model: what it gives, when to use it. */
  readonly description: string
  /** A Standard Schema that offers JSON Schema (zod 4, ArkType, …), or raw JSON Schema; it must describe an object. */
  readonly input: S
  /**
   * Does the work. Arguments were validated. A throw becomes an `error` result that the model reads,
   * so throw sentences that help it (`ToolError` keeps its code). What is returned is sent to the model:
   * a string as it is, everything else as JSON; `undefined` as `null`.
   */
  readonly execute: (input: InputOf<S>, context: ToolContext) => ToolOutput
  /**
   * Milliseconds until the call is given up: its signal aborts, the model reads `timeout`, a late
   * result is dropped. Default 60,000; `null` waits for ever.
   */
  readonly timeoutMs?: number | null
  /** True: never beside another call. It waits for those before it, those after it wait for it. Default false. */
  readonly runsAlone?: boolean
  /**
   * What a resumed run does with a call whose process died while it ran: `pure` and `idempotent` run
   * again, `once` (default) is reported to the model as interrupted and never silently repeated.
   */
  readonly effect?: ToolEffect
  /** Whether a call needs a person; asked after validation, before anything is done. Default: never. */
  readonly approval?: ToolApproval<InputOf<S>>
}

/** PORT. Something a model may call. Made by {@link tool}; implemented by adapters that bring tools from elsewhere. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly input: CompiledSchema
  readonly timeoutMs: number | null
  readonly runsAlone: boolean
  readonly effect: ToolEffect
  readonly approval: ToolApproval<unknown> | null
  /**
   * @param input - What `input.validate` gave.
   * @returns Any JSON value, a promise, or an (async) generator: yields are progress, the return value is
   *   the result. Whatever is not JSON is written as `JSON.stringify` would.
   */
  execute(input: unknown, context: ToolContext): ToolOutput
}

/** What most agent programs allow a tool; longer waits are better declared by the tool itself. */
const DEFAULT_TIMEOUT_MS = 60_000

/**
 * Declares a tool.
 *
 * @throws ConfigError `config.invalid` for a name no provider takes, or a schema without JSON Schema.
 *
 * @example
 * const add = tool({
 *   name: 'add',
 *   description: 'Adds two numbers.',
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   execute: ({ a, b }) => a + b,
 * })
 */
export function tool<const S extends InputSchema>(definition: ToolDefinition<S>): Tool {
  const { name, description, approval } = definition
  const { timeoutMs = DEFAULT_TIMEOUT_MS, runsAlone = false, effect = 'once' } = definition
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new ConfigError(
      'config.invalid',
      `The tool name ${JSON.stringify(name)} is not usable; providers accept 1 to 64 letters, digits, "_" and "-".`,
    )
  }
  return {
    name,
    description,
    input: compileSchema(definition.input, `tool "${name}"`),
    timeoutMs,
    runsAlone,
    effect,
    approval: approval ? (input, context) => approval(input as InputOf<S>, context) : null,
    execute: (input, context) => definition.execute(input as InputOf<S>, context),
  }
}

/** JSON as it will be read back: no `undefined`, dates as text, `null` for nothing. Throws for cycles and bigints. */
export function toJsonValue(value: unknown): JsonValue {
  const text = JSON.stringify(value)
  return text === undefined ? null : (JSON.parse(text) as JsonValue)
}
