import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isRecursiveSchema } from './recursive-schema.ts'

/** Which schemas a vendor can hold an answer to, word by word. */
export interface SchemaRules {
  /** Whether the vendor takes a keyword that constrains one value, such as `minLength`. */
  takes(keyword: string, value: JsonValue): boolean
  /** Whether every property must be required. */
  readonly needsAllProperties: boolean
  readonly takesRecursion: boolean
  /** Whether the vendor takes a schema of this size. */
  fits(size: SchemaSize): boolean
}

/** What vendors count in a schema. */
export interface SchemaSize {
  properties: number
  /** Properties that need not be there. */
  optional: number
  /** Values that may be of several types or shapes. */
  unions: number
  enumValues: number
  /** Levels of objects and arrays. */
  depth: number
}

/** They narrow one value without changing its shape: where a vendor refuses one, the model is told in words. */
const VALUE_KEYWORDS: ReadonlySet<string> = new Set([
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'contentEncoding',
  'contentMediaType',
  'default',
])

/** They say nothing of an answer. */
const SILENT_KEYWORDS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'id',
  '$comment',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/**
 * The schema in the words that a vendor takes. Objects are closed, so that nothing comes that was not asked
 * for; constraints that the vendor does not take move into descriptions. An answer that fits the result
 * therefore fits the schema in all but these.
 *
 * @returns `null` when the vendor cannot hold an answer to the shape: a map of any keys, a tuple, an
 *   intersection, or whatever else its rules leave out.
 */
export function enforceableSchema(schema: JsonObject, rules: SchemaRules): JsonObject | null {
  const size: SchemaSize = { properties: 0, optional: 0, unions: 0, enumValues: 0, depth: 0 }
  const walk: Walk = { rules, size, isOutside: false }
  const taken = takeSchema(walk, schema, 1)
  const isEnforceable =
    !walk.isOutside &&
    taken['type'] === 'object' &&
    rules.fits(size) &&
    (rules.takesRecursion || !isRecursiveSchema(schema))
  return isEnforceable ? taken : null
}

interface Walk {
  readonly rules: SchemaRules
  readonly size: SchemaSize
  /** Something was found that the vendor would not take. */
  isOutside: boolean
}

type Draft = Record<string, JsonValue>

function takeSchema(walk: Walk, schema: JsonValue | undefined, depth: number): Draft {
  const draft: Draft = {}
  if (!isJsonObject(schema)) {
    walk.isOutside = true
    return draft
  }
  if (schema['$ref'] !== undefined) return takeReference(walk, schema)
  walk.size.depth = Math.max(walk.size.depth, depth)
  const told: string[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || SILENT_KEYWORDS.has(keyword) || isSafeIntegerBound(value)) continue
    if (!VALUE_KEYWORDS.has(keyword)) takeShape(walk, draft, { keyword, value, depth })
    else if (walk.rules.takes(keyword, value)) draft[keyword] = value
    else told.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  if (told.length > 0) draft['description'] = describe(draft['description'], told)
  closeShape(walk, draft)
  return draft
}

/** Vendors take nothing beside a reference, and only references to the schema's own definitions. */
function takeReference(walk: Walk, schema: JsonObject): Draft {
  const { $ref, title: _title, description: _description, ...rest } = schema
  if (typeof $ref !== 'string' || !/^#(\/\$defs\/[^/]+)?$/.test($ref) || Object.keys(rest).length > 0) {
    walk.isOutside = true
    return {}
  }
  return { $ref }
}

interface ShapeKeyword {
  readonly keyword: string
  readonly value: JsonValue
  readonly depth: number
}

function takeShape(walk: Walk, draft: Draft, { keyword, value, depth }: ShapeKeyword): void {
  switch (keyword) {
    case 'type':
    case 'title':
    case 'description':
    case 'const':
    case 'required':
    case 'additionalProperties':
      draft[keyword] = value
      return
    case 'enum':
      draft['enum'] = value
      walk.size.enumValues += Array.isArray(value) ? value.length : 0
      return
    case 'properties':
      draft['properties'] = takeEach(walk, value, depth + 1)
      return
    case 'items':
      draft['items'] = takeSchema(walk, value, depth + 1)
      return
    case 'anyOf':
    case 'oneOf':
      // Where just one may fit and two do, what is checked later tells.
      if (draft['anyOf'] !== undefined || !Array.isArray(value)) walk.isOutside = true
      else draft['anyOf'] = value.map((choice) => takeSchema(walk, choice as JsonValue, depth))
      walk.size.unions++
      return
    case '$defs':
      draft['$defs'] = takeEach(walk, value, depth)
      // References are read from the root.
      if (depth > 1) walk.isOutside = true
      return
    default:
      walk.isOutside = true
  }
}

function takeEach(walk: Walk, schemas: JsonValue, depth: number): JsonObject {
  if (!isJsonObject(schemas)) {
    walk.isOutside = true
    return {}
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, takeSchema(walk, schema, depth)]),
  )
}

/** Looks at what was taken as a whole. */
function closeShape(walk: Walk, draft: Draft): void {
  const { type, anyOf, items } = draft
  const types: readonly JsonValue[] = Array.isArray(type) ? (type as readonly JsonValue[]) : [type ?? null]
  if (types.length > 1) walk.size.unions++
  if ((type === undefined) === (anyOf === undefined)) walk.isOutside = true
  if (types.includes('object')) closeObject(walk, draft)
  if (types.includes('array') && items === undefined) walk.isOutside = true
}

function closeObject(walk: Walk, draft: Draft): void {
  const { properties, required = [], additionalProperties = false } = draft
  if (!isJsonObject(properties) || !Array.isArray(required) || additionalProperties !== false) {
    walk.isOutside = true
    return
  }
  const names = Object.keys(properties)
  const optional = names.filter((name) => !required.includes(name)).length
  walk.size.properties += names.length
  walk.size.optional += optional
  if (optional > 0 && walk.rules.needsAllProperties) walk.isOutside = true
  if (required.some((name) => !names.includes(String(name)))) walk.isOutside = true
  draft['required'] = required
  draft['additionalProperties'] = false
}

function describe(description: JsonValue | undefined, told: readonly string[]): string {
  const words = told.join(', ')
  return typeof description === 'string' && description !== '' ? `${description} (${words})` : words
}

/** Schema libraries bound every integer so, which says nothing. */
function isSafeIntegerBound(value: JsonValue): boolean {
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER
}
