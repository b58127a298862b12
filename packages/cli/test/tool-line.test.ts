import type { JsonValue, ToolResultPart } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { callSummary, outcomeSummary, toolLine } from '../src/tool-line.ts'

function ok(name: string, output: JsonValue): ToolResultPart {
  return { type: 'tool-result', callId: 'call_1', name, status: 'ok', output }
}

describe('callSummary', () => {
  test.each<[string, JsonValue, string]>([
    ['grep', { pattern: 'TODO', path: 'src', literal: true }, 'grep "TODO" path="src" literal=true'],
    ['list', {}, 'list'],
    ['bash', { command: 'echo a\n  echo b' }, 'bash "echo a echo b"'],
    ['bash', { command: '\u001b]0;pwned\u0007ls' }, 'bash "␛]0;pwned␇ls"'],
    ['broken', '{"unclosed', 'broken "{"unclosed"'],
    ['many', { items: [1, 2, 3] }, 'many [1,2,3]'],
  ])('sums up the call of %s with %j', (name, input, summary) => {
    expect(callSummary(name, input)).toBe(summary)
  })

  test('is short however long the arguments are', () => {
    const summary = callSummary('write_file', { path: 'a'.repeat(500), content: 'b'.repeat(1e6) })

    expect(summary).toHaveLength('write_file '.length + 60)
  })
})

describe('outcomeSummary', () => {
  test.each<[string, ToolResultPart, string]>([
    ['lines without the note', ok('grep', 'a:1:x\nb:2:y\n[showing 2 of 9 matches]'), '2 lines'],
    ['the exit code of a command', ok('bash', 'a\nb\n[exit code 1, 1.2 s]'), 'exit code 1'],
    ['a command that ran out of time', ok('bash', '[timed out after 2 s]'), 'timed out after 2 s'],
    [
      'a single line as it is',
      ok('write_file', 'Wrote 3 bytes (1 lines) to a.txt'),
      'Wrote 3 bytes (1 lines) to a.txt',
    ],
    ['a note alone', ok('read_file', '[empty file]'), 'empty file'],
    ['nothing', ok('quiet', ''), 'no output'],
    ['a value', ok('add', 3), '3'],
    [
      'a failure with its sentence',
      {
        type: 'tool-result',
        callId: 'call_1',
        name: 'read_file',
        status: 'error',
        output: null,
        error: { code: 'tool.failed', message: 'There is no\nfile b.', retryable: false },
      },
      'error: There is no file b.',
    ],
  ])('tells %s', (_what, result, summary) => {
    expect(outcomeSummary(result)).toBe(summary)
  })
})

test('a tool line has the call, the outcome and the duration', () => {
  expect(toolLine({ pattern: 'TODO' }, ok('grep', 'a\nb'), 34)).toBe('• grep "TODO"  2 lines  34 ms')
})
