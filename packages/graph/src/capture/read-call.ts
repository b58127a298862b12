import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { oneLine } from './one-line.ts'

/** What a tool call is, as far as its name and arguments tell. */
export type KnownCall =
  | { readonly kind: 'edit'; readonly file: string; readonly oldText: string; readonly newText: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'plan'; readonly steps: readonly string[] }
  | { readonly kind: 'question'; readonly question: string; readonly choices: readonly string[] }
  | { readonly kind: 'logged'; readonly tool: DecisionTool; readonly nodeType: string }
  | { readonly kind: 'other' }

/** The tools by which an agent writes to the graph itself. */
export type DecisionTool = 'decision_log' | 'decision_pivot'

const EDIT_TOOLS =
  /^(?:write_file|edit_file|create_file|str_replace|multi_edit|apply_edit|file_write|file_edit|write|edit)$/i
const COMMAND_TOOLS = /^(?:bash|shell|sh|run_command|execute_command|exec|terminal)$/i
const PLAN_TOOLS = /^(?:plan|make_plan|update_plan|set_plan|todo_write|write_todos|todowrite)$/i
const QUESTION_TOOLS = /^(?:human|ask_user|ask_human|ask)$/i

/**
 * Reads a call by the names of the built-in tools and those that are common elsewhere; everything else is
 * `other`. Arguments of an unknown shape make it `other` too.
 *
 * @param input - Validated arguments, or what the model sent.
 */
export function readCall(name: string, input: unknown): KnownCall {
  const known = isJsonObject(input) ? readKnown(name, input) : null
  return known ?? { kind: 'other' }
}

function readKnown(name: string, input: JsonObject): KnownCall | null {
  if (name === 'decision_log' || name === 'decision_pivot') {
    const nodeType = name === 'decision_pivot' ? 'decision' : textAt(input, 'type')
    return { kind: 'logged', tool: name, nodeType }
  }
  if (EDIT_TOOLS.test(name)) return readEdit(input)
  if (COMMAND_TOOLS.test(name)) {
    const command = textAt(input, 'command', 'cmd')
    return command === '' ? null : { kind: 'command', command }
  }
  if (PLAN_TOOLS.test(name)) {
    const steps = stepsIn(input['steps'] ?? input['plan'] ?? input['todos'] ?? input['items'])
    return steps.length === 0 ? null : { kind: 'plan', steps }
  }
  if (QUESTION_TOOLS.test(name)) {
    const question = textAt(input, 'question')
    return question === ''
      ? null
      : { kind: 'question', question, choices: textsIn(input['choices'] ?? input['options']) }
  }
  return null
}

function readEdit(input: JsonObject): KnownCall | null {
  const file = textAt(input, 'path', 'file_path', 'file').replace(/^\.\//, '')
  if (file === '') return null
  const newText = textAt(input, 'new_string', 'content', 'new_text')
  return { kind: 'edit', file, oldText: textAt(input, 'old_string', 'old_text'), newText }
}

/** The title of a command that is called for. */
export function commandTitle(command: string): string {
  return `Run ${oneLine(command, 100)}`
}

/** A call in a few words, for titles. */
export function callTitle(name: string, input: JsonValue): string {
  const call = readCall(name, input)
  if (call.kind === 'edit') return `Edit ${call.file}`
  if (call.kind === 'command') return commandTitle(call.command)
  return oneLine(`${name} ${JSON.stringify(input)}`, 110)
}

function textAt(input: JsonObject, ...names: readonly string[]): string {
  for (const name of names) {
    const value = input[name]
    if (typeof value === 'string') return value
  }
  return ''
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** Steps are texts, or objects with a text under one of the usual names. */
function stepsIn(value: JsonValue | undefined): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: JsonValue) => {
    if (typeof item === 'string') return [item]
    const text = isJsonObject(item) ? textAt(item, 'step', 'content', 'text', 'title', 'description') : ''
    return text === '' ? [] : [text]
  })
}
