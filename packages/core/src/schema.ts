import { ConfigError, messageOf } from './errors.ts'
import { isJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { findSchemaViolation } from './json-schema.ts'

/**
 * The part of Standard Schema (version 1) and Standard JSON Schema that we use, described structurally
 * so that core depends on neither: zod 4, ArkType, Valibot (through its `toStandardJsonSchema`) and
 * others fit. @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>
    }
  }
}

/** What a Standard Schema says of a value: it, perhaps transformed, or what is wrong with it. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A schema of a tool's arguments: a Standard Schema with JSON Schema, or raw JSON Schema. */
export type InputSchema = StandardSchema | JsonObject

/** The type of the arguments after validation; raw JSON Schema says nothing to the compiler. */
export type InputOf<S> =
  S extends StandardSchema<infer _Input, infer Output> ? Output : { readonly [key: string]: unknown }

/** What validation found: the value to hand to the tool, or one sentence with every fault and its place. */
export type Validated = { readonly value: unknown } | { readonly problem: string }

/** A schema ready for use: what the model is told, and how its arguments are checked. */
export interface CompiledSchema {
  readonly json: JsonObject
  validate(value: unknown): Validated | Promise<Validated>
}

/**
 * @throws ConfigError `config.invalid` when the schema is neither kind, offers no JSON Schema, or does
 *   not describe an object (models can only send objects).
 */
export function compileSchema(schema: InputSchema, owner: string): CompiledSchema {
  const compiled = isStandardSchema(schema) ? compileStandard(schema, owner) : compileJson(schema)
  if (compiled.json['type'] !== 'object') {
    throw new ConfigError(
      'config.invalid',
      `The input schema of ${owner} must describe an object, because models send arguments as one; wrap it as { type: "object", properties: { … } }.`,
    )
  }
  return compiled
}

function isStandardSchema(schema: InputSchema): schema is StandardSchema {
  // ArkType schemas are functions, so `typeof` alone would not do.
  return (
    schema !== null && (typeof schema === 'object' || typeof schema === 'function') && '~standard' in schema
  )
}

function compileStandard(schema: StandardSchema, owner: string): CompiledSchema {
  const standard = schema['~standard']
  return {
    json: withoutDialect(standardJsonSchema(standard, owner)),
    validate(value) {
      const result = standard.validate(value)
      return result instanceof Promise ? result.then(readResult) : readResult(result)
    },
  }
}

function standardJsonSchema(standard: StandardSchema['~standard'], owner: string): JsonObject {
  if (!standard.jsonSchema) {
    throw new ConfigError(
      'config.invalid',
      `The input schema of ${owner} (${standard.vendor}) offers no JSON Schema; use a version that supports Standard JSON Schema, or give raw JSON Schema.`,
    )
  }
  try {
    // Through text: what goes to a provider is plain JSON, whatever the library put in.
    return JSON.parse(JSON.stringify(standard.jsonSchema.input({ target: 'draft-2020-12' }))) as JsonObject
  } catch (cause) {
    throw new ConfigError(
      'config.invalid',
      `The input schema of ${owner} has no JSON Schema: ${messageOf(cause)}`,
      { cause },
    )
  }
}

function compileJson(schema: JsonObject): CompiledSchema {
  return {
    json: withoutDialect(schema),
    validate(value) {
      const problem = findSchemaViolation(schema, value)
      return problem === null ? { value } : { problem }
    },
  }
}

/** `$schema` says nothing to a model, costs tokens, and some providers refuse it. */
function withoutDialect(schema: JsonObject): JsonObject {
  if (!isJsonObject(schema) || !('$schema' in schema)) return schema
  const { $schema: _dialect, ...rest } = schema
  return rest
}

function readResult(result: StandardResult<unknown>): Validated {
  if (!result.issues) return { value: result.value }
  return { problem: result.issues.map(issueText).join('; ') }
}

function issueText(issue: StandardIssue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
