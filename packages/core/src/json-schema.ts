import { isJsonObject } from './json.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** Deeper than any sane schema; keeps a self-referring `$ref` from running for ever. */
const MAX_DEPTH = 64

interface Scope {
  readonly root: JsonObject
  readonly depth: number
  readonly path: string
}

type Check = (schema: JsonObject, value: unknown, scope: Scope) => string | null

/**
 * Checks a value against JSON Schema (draft 2020-12): types, enum, const, objects, arrays, numbers,
 * strings, combinators, `if`, and `$ref` within the schema. `format` and other annotations are not checked.
 *
 * @returns `null` when it fits, else one sentence with the place (`a.b[0]: …`) of the first fault.
 */
export function findSchemaViolation(schema: JsonObject, value: unknown): string | null {
  return check(schema, value, { root: schema, depth: 0, path: '' })
}

function check(schema: JsonValue | undefined, value: unknown, scope: Scope): string | null {
  if (schema === undefined || schema === true) return null
  if (schema === false) return fault(scope, 'is not allowed')
  if (!isJsonObject(schema)) return null
  if (scope.depth > MAX_DEPTH) return fault(scope, 'is nested too deeply')
  for (const one of CHECKS) {
    const problem = one(schema, value, scope)
    if (problem !== null) return problem
  }
  return null
}

const CHECKS: readonly Check[] = [
  checkReference,
  checkType,
  checkValues,
  checkNumber,
  checkString,
  checkArray,
  checkObject,
  checkCombinators,
]

function fault(scope: Scope, says: string): string {
  return `${scope.path === '' ? 'the arguments' : scope.path}: ${says}`
}

function into(scope: Scope, step: string | number): Scope {
  const place = typeof step === 'number' ? `[${step}]` : scope.path === '' ? step : `.${step}`
  return { ...scope, depth: scope.depth + 1, path: scope.path + place }
}

function deeper(scope: Scope): Scope {
  return { ...scope, depth: scope.depth + 1 }
}

function checkReference(schema: JsonObject, value: unknown, scope: Scope): string | null {
  const reference = schema['$ref']
  if (typeof reference !== 'string' || !reference.startsWith('#')) return null
  let target: unknown = scope.root
  for (const raw of reference.slice(1).split('/').filter(Boolean)) {
    const step = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~')
    target = isJsonObject(target) || Array.isArray(target) ? (target as JsonObject)[step] : undefined
  }
  return check(target as JsonValue | undefined, value, deeper(scope))
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function checkType(schema: JsonObject, value: unknown, scope: Scope): string | null {
  const wanted = schema['type']
  if (wanted === undefined) return null
  const actual = typeOf(value)
  if (wanted === actual) return null
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  const fits = names.some((name) => name === actual || (name === 'integer' && Number.isInteger(value)))
  return fits ? null : fault(scope, `must be ${names.join(' or ')}, not ${actual}`)
}

function checkValues(schema: JsonObject, value: unknown, scope: Scope): string | null {
  const choices = schema['enum']
  if (Array.isArray(choices) && !choices.some((choice) => isSame(choice, value))) {
    return fault(scope, `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`)
  }
  const constant = schema['const']
  if (constant !== undefined && !isSame(constant, value)) {
    return fault(scope, `must be ${JSON.stringify(constant)}`)
  }
  return null
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  )
}

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const

function checkNumber(schema: JsonObject, value: unknown, scope: Scope): string | null {
  if (typeof value !== 'number' || !BOUNDS.some((key) => key in schema)) return null
  const bound = (key: string): number | null => (typeof schema[key] === 'number' ? schema[key] : null)
  const [min, max] = [bound('minimum'), bound('maximum')]
  const [above, below] = [bound('exclusiveMinimum'), bound('exclusiveMaximum')]
  const step = bound('multipleOf')
  if (min !== null && value < min) return fault(scope, `must be at least ${min}`)
  if (max !== null && value > max) return fault(scope, `must be at most ${max}`)
  if (above !== null && value <= above) return fault(scope, `must be more than ${above}`)
  if (below !== null && value >= below) return fault(scope, `must be less than ${below}`)
  if (step !== null && step > 0) {
    const times = value / step
    // Binary fractions: 0.3 is a multiple of 0.1 for everyone but IEEE 754.
    if (Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times))) {
      return fault(scope, `must be a multiple of ${step}`)
    }
  }
  return null
}

function checkString(schema: JsonObject, value: unknown, scope: Scope): string | null {
  if (typeof value !== 'string') return null
  const { minLength, maxLength, pattern } = schema
  // JSON Schema counts characters, not UTF-16 units.
  const length = typeof minLength === 'number' || typeof maxLength === 'number' ? [...value].length : 0
  if (typeof minLength === 'number' && length < minLength)
    return fault(scope, `must have at least ${minLength} characters`)
  if (typeof maxLength === 'number' && length > maxLength)
    return fault(scope, `must have at most ${maxLength} characters`)
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value))
    return fault(scope, `must match ${pattern}`)
  return null
}

function checkArray(schema: JsonObject, value: unknown, scope: Scope): string | null {
  if (!Array.isArray(value)) return null
  const { minItems, maxItems, uniqueItems, prefixItems, items } = schema
  if (typeof minItems === 'number' && value.length < minItems)
    return fault(scope, `must have at least ${minItems} items`)
  if (typeof maxItems === 'number' && value.length > maxItems)
    return fault(scope, `must have at most ${maxItems} items`)
  const fixed: readonly JsonValue[] = Array.isArray(prefixItems) ? prefixItems : []
  for (const [at, item] of value.entries()) {
    const problem = check(at < fixed.length ? fixed[at] : items, item, into(scope, at))
    if (problem !== null) return problem
  }
  if (
    uniqueItems === true &&
    value.some((item, at) => value.slice(0, at).some((other) => isSame(other, item)))
  ) {
    return fault(scope, 'must not hold the same item twice')
  }
  return null
}

function checkObject(schema: JsonObject, value: unknown, scope: Scope): string | null {
  if (!isJsonObject(value)) return null
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly JsonValue[]) : []
  for (const key of required) {
    if (typeof key === 'string' && !Object.hasOwn(value, key)) return fault(into(scope, key), 'is required')
  }
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const patterns = isJsonObject(schema['patternProperties']) ? schema['patternProperties'] : {}
  for (const key of Object.keys(value)) {
    const member = value[key]
    const matching = matchingPatterns(patterns, key)
    if (Object.hasOwn(properties, key)) matching.push(properties[key])
    if (matching.length === 0) matching.push(schema['additionalProperties'])
    for (const sub of matching) {
      const problem =
        sub === false ? unknownKey(scope, key, properties) : check(sub, member, into(scope, key))
      if (problem !== null) return problem
    }
  }
  return null
}

function matchingPatterns(patterns: JsonObject, key: string): (JsonValue | undefined)[] {
  const names = Object.keys(patterns).filter((pattern) => new RegExp(pattern, 'u').test(key))
  return names.map((pattern) => patterns[pattern])
}

function unknownKey(scope: Scope, key: string, properties: JsonObject): string {
  const known = Object.keys(properties)
  return fault(
    into(scope, key),
    `is not a known argument${known.length > 0 ? `; known are ${known.join(', ')}` : ''}`,
  )
}

const COMBINATORS = ['allOf', 'anyOf', 'oneOf', 'not', 'if'] as const

function checkCombinators(schema: JsonObject, value: unknown, scope: Scope): string | null {
  if (!COMBINATORS.some((key) => key in schema)) return null
  const list = (key: string): readonly JsonValue[] =>
    Array.isArray(schema[key]) ? (schema[key] as readonly JsonValue[]) : []
  const tried = (sub: JsonValue | undefined): string | null => check(sub, value, deeper(scope))
  for (const sub of list('allOf')) {
    const problem = tried(sub)
    if (problem !== null) return problem
  }
  const anyOf = list('anyOf').map(tried)
  if (anyOf.length > 0 && !anyOf.includes(null)) return `${anyOf[0] ?? ''} (and no alternative fits)`
  const oneOf = list('oneOf').map(tried)
  const fitting = oneOf.filter((problem) => problem === null).length
  if (oneOf.length > 0 && fitting === 0) return `${oneOf[0] ?? ''} (and no alternative fits)`
  if (fitting > 1) return fault(scope, 'fits more than one of the alternatives')
  if (schema['not'] !== undefined && tried(schema['not']) === null)
    return fault(scope, 'is of a kind that is not allowed')
  if (schema['if'] === undefined) return null
  return tried(tried(schema['if']) === null ? schema['then'] : schema['else'])
}
