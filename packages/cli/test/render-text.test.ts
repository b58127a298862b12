import type { ApprovalRequest, ErrorJson, RunEvent, ToolResultPart } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { textRenderer } from '../src/render-text.ts'
import type { RenderOptions } from '../src/render-text.ts'

const PLAIN: RenderOptions = {
  notice: null,
  isQuiet: false,
  isVerbose: false,
  asksApproval: false,
  hasColor: false,
  statusColumns: null,
}
const UNAVAILABLE: ErrorJson = {
  code: 'model.unavailable',
  message: 'openai is away (503).',
  retryable: true,
}

/** Everything printed, each piece led by `>` (answer) or `#` (note). */
function print(options: Partial<RenderOptions>, events: readonly RunEvent[]): string[] {
  const renderer = textRenderer({ ...PLAIN, ...options })
  return events
    .flatMap((event) => renderer.render([event]))
    .map(({ to, text }) => (to === 'answer' ? '>' : '#') + text)
}

function text(turn: number, delta: string): RunEvent {
  return { type: 'text.delta', turn, part: 0, offset: 0, text: delta }
}

function started(callId: string, name = 'grep'): RunEvent {
  return {
    type: 'tool.started',
    seq: 1,
    atMs: 0,
    turn: 1,
    callId,
    name,
    input: { pattern: callId },
    effect: 'pure',
  }
}

function ended(callId: string, result: Partial<ToolResultPart> = {}): RunEvent {
  const whole: ToolResultPart = {
    type: 'tool-result',
    callId,
    name: 'grep',
    status: 'ok',
    output: 'a\nb',
    ...result,
  }
  return { type: 'tool.ended', seq: 2, atMs: 0, turn: 1, callId, result: whole, durationMs: 5 }
}

const DONE: RunEvent = { type: 'run.ended', seq: 9, atMs: 0, stop: { reason: 'done' } }

describe('the answer', () => {
  test('is passed on as it comes and ends with a line feed', () => {
    expect(print({}, [text(1, 'Hel'), text(1, 'lo'), DONE])).toEqual(['>Hel', '>lo', '>\n'])
  })

  test('gets no second line feed', () => {
    expect(print({}, [text(1, 'Hello\n'), DONE])).toEqual(['>Hello\n'])
  })

  test('is parted by a blank line between turns', () => {
    const printed = print({}, [text(1, 'Looking.'), started('x'), ended('x'), text(2, 'Found.'), DONE])

    expect(printed).toEqual(['>Looking.', '>\n', '#• grep "x"  2 lines  5 ms\n', '>\n', '>Found.', '>\n'])
  })

  test('cannot command the terminal', () => {
    expect(print({}, [text(1, '\u001b]52;c;eA==\u0007\u001b[2J'), DONE])).toEqual([
      '>␛]52;c;eA==␇␛[2J',
      '>\n',
    ])
  })
})

describe('notes', () => {
  test('tell each call once, in one line, in the order of their ends', () => {
    const printed = print({}, [started('a'), started('b'), ended('b'), ended('a'), DONE])

    expect(printed).toEqual(['#• grep "b"  2 lines  5 ms\n', '#• grep "a"  2 lines  5 ms\n'])
  })

  test('mark a failed call', () => {
    const failure = {
      status: 'timeout',
      output: null,
      error: { ...UNAVAILABLE, message: 'Too slow.' },
    } as const

    expect(print({}, [started('a'), ended('a', failure)])).toEqual([
      '#✗ grep "a"  timeout: Too slow.  5 ms\n',
    ])
  })

  test('begin with the notice, once, before the first output', () => {
    const printed = print({ notice: 'model m' }, [started('a'), ended('a'), text(2, 'x'), DONE])

    expect(printed).toEqual(['#model m\n', '#• grep "a"  2 lines  5 ms\n', '>x', '>\n'])
  })

  test('leave the notice out when the settings are wrong: the error says it all', () => {
    const error: ErrorJson = { code: 'config.missing_key', message: 'Set X.', retryable: false }
    const failed: RunEvent = { type: 'run.ended', seq: 9, atMs: 0, stop: { reason: 'failed', error } }

    expect(print({ notice: 'model m' }, [failed])).toEqual([])
  })

  test('say that a failed request is repeated, and that text above is void', () => {
    const printed = print({}, [
      text(1, 'Hal'),
      { type: 'model.retried', seq: 3, atMs: 0, turn: 1, attempt: 1, delayMs: 1_500, error: UNAVAILABLE },
      { type: 'turn.reset', seq: 4, atMs: 0, turn: 1, discarded: [] },
      text(1, 'Hello'),
      DONE,
    ])

    expect(printed).toEqual([
      '>Hal',
      '>\n',
      '#↻ openai is away (503). Trying again in 1.5 s.\n',
      '#↻ The answer broke off and begins again; what stands above is void.\n',
      '>Hello',
      '>\n',
    ])
  })

  test('are all left out when quiet', () => {
    const printed = print({ isQuiet: true, isVerbose: true, notice: 'model m', statusColumns: 80 }, [
      { type: 'reasoning.delta', turn: 1, part: 0, offset: 0, text: 'hm' },
      started('a'),
      ended('a'),
      text(2, 'x'),
      DONE,
    ])

    expect(printed).toEqual(['>x', '>\n'])
  })

  test('show reasoning and whole results when verbose', () => {
    const printed = print({ isVerbose: true }, [
      { type: 'reasoning.delta', turn: 1, part: 0, offset: 0, text: 'Let me' },
      started('a'),
      ended('a'),
      { type: 'reasoning.delta', turn: 2, part: 0, offset: 0, text: 'so' },
      text(2, 'x'),
      DONE,
    ])

    expect(printed).toEqual([
      '#Let me',
      '#\n',
      '#• grep "a"  2 lines  5 ms\n',
      '#    a\n    b\n',
      '#so',
      '#\n',
      '>x',
      '>\n',
    ])
  })

  test('are dimmed, and failures red, where colours are allowed', () => {
    const denied = { status: 'denied', output: null, error: { ...UNAVAILABLE, message: 'No.' } } as const
    const printed = print({ hasColor: true }, [started('a'), ended('a'), started('b'), ended('b', denied)])

    expect(printed).toEqual([
      '#\u001b[2m• grep "a"  2 lines  5 ms\u001b[0m\n',
      '#\u001b[31m✗ grep "b"  denied: No.  5 ms\u001b[0m\n',
    ])
  })
})

describe('the status line', () => {
  const WIPE = '#\r\u001b[2K'

  test('says what is waited for and is wiped before anything else', () => {
    const printed = print({ statusColumns: 80 }, [
      { type: 'turn.started', seq: 1, atMs: 0, turn: 1, model: 'openai/x' },
      started('a'),
      ended('a'),
      text(2, 'x'),
      DONE,
    ])

    expect(printed).toEqual([
      '#… waiting for openai/x',
      WIPE,
      '#… grep "a"',
      WIPE,
      '#• grep "a"  2 lines  5 ms\n',
      '>x',
      '>\n',
    ])
  })

  test('stands below an answer that a tool interrupts', () => {
    const printed = print({ statusColumns: 80 }, [text(1, 'Looking.'), started('a')])

    expect(printed).toEqual(['>Looking.', '>\n', '#… grep "a"'])
  })

  test('never reaches the last column', () => {
    const [status] = print({ statusColumns: 20 }, [started('日本語日本語日本語日本語日本語')])

    expect(status).toBe('#… grep "日本語日…')
  })

  test('leaves the line to a tool that asks the user', () => {
    expect(print({ statusColumns: 80 }, [started('a', 'human')])).toEqual([])
  })
})

describe('a call that needs approval', () => {
  const request: ApprovalRequest = {
    runId: 'run_1',
    approvalId: 'approval_1',
    callId: 'call_1',
    tool: 'bash',
    input: { command: 'rm -r out' },
    hash: 'h',
    reason: 'it deletes files',
    expiresAtMs: null,
  }
  const asked: RunEvent = { type: 'approval.requested', seq: 3, atMs: 0, turn: 1, request }

  test('is told where nobody can be asked', () => {
    expect(print({}, [text(1, 'Well'), asked])).toEqual([
      '>Well',
      '>\n',
      '#? bash "rm -r out" needs approval: it deletes files\n',
    ])
  })

  test('leaves the line to whoever asks', () => {
    const waiting: RunEvent = { type: 'turn.started', seq: 2, atMs: 0, turn: 1, model: 'm' }

    expect(print({ asksApproval: true, statusColumns: 80 }, [waiting, asked])).toEqual([
      '#… waiting for m',
      '#\r\u001b[2K',
    ])
    expect(print({ asksApproval: true }, [text(1, 'Well'), asked])).toEqual(['>Well', '>\n'])
  })
})
