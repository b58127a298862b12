import type { ApprovalRequest, JsonValue, RunEvent } from '@heddle/core'
import { toolCallsOf, toolResultText } from '@heddle/core'
import { neutralise, oneLine } from './neutralise.ts'
import { formatCount, formatDuration } from './quantities.ts'
import { callSummary, toolLine } from './tool-line.ts'

/** Something to print: the answer (standard output), or a note beside it (standard error). */
export interface Piece {
  readonly to: 'answer' | 'note'
  readonly text: string
}

/** What a {@link textRenderer} is told. */
export interface RenderOptions {
  /** Printed before the first piece of the run; null when there is nothing to say. */
  readonly notice: string | null
  /** Only the answer. */
  readonly isQuiet: boolean
  /** Also reasoning and whole tool results. */
  readonly isVerbose: boolean
  /** `approval.requested` becomes a question that is not ours to print: the cursor is left at the start of a line. */
  readonly asksApproval: boolean
  /** Notes may be dimmed with escape sequences. */
  readonly hasColor: boolean
  /**
   * Columns of the terminal that shows the notes, for a line that says what is being waited for and is
   * wiped before the next piece; null when there is no such terminal.
   */
  readonly statusColumns: number | null
}

/** Turns a run's events into text, piece by piece; it does no input or output. */
export interface TextRenderer {
  /** @returns What these events give to print, in order; may be empty. */
  render(events: readonly RunEvent[]): readonly Piece[]
}

interface OpenCall {
  readonly name: string
  readonly input: JsonValue
}

const DIM = '\u001b[2m'
const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'
const WIPE_LINE = '\r\u001b[2K'

/** One renderer serves one run. */
export function textRenderer(options: RenderOptions): TextRenderer {
  return new Rendering(options)
}

class Rendering implements TextRenderer {
  readonly #options: RenderOptions
  readonly #openCalls = new Map<string, OpenCall>()
  /** Of all calls without a result; some never start. */
  readonly #inputs = new Map<string, JsonValue>()
  #pieces: Piece[] = []
  #notice: string | null
  /** The cursor stands behind text of this kind, not at the start of a line. */
  #unfinishedLine: 'answer' | 'reasoning' | null = null
  #turnOfText = 0
  #hasStatus = false

  constructor(options: RenderOptions) {
    this.#options = options
    this.#notice = options.isQuiet ? null : options.notice
  }

  render(events: readonly RunEvent[]): readonly Piece[] {
    this.#pieces = []
    for (const event of events) this.#hear(event)
    return this.#pieces
  }

  #hear(event: RunEvent): void {
    switch (event.type) {
      case 'text.delta':
        return this.#answer(event.turn, event.text)
      case 'reasoning.delta':
        return this.#reasoning(event.text)
      case 'turn.started':
        return this.#status(`waiting for ${event.model}`)
      case 'tool.started':
        this.#openCalls.set(event.callId, { name: event.name, input: event.input })
        this.#inputs.set(event.callId, event.input)
        // The turn's text is over: its line ends here, so that the status has one of its own.
        this.#finishLine()
        return this.#statusOfCalls()
      case 'tool.ended': {
        const input = this.#inputs.get(event.callId) ?? {}
        this.#inputs.delete(event.callId)
        this.#openCalls.delete(event.callId)
        this.#note(toolLine(input, event.result, event.durationMs), event.result.status === 'ok' ? DIM : RED)
        if (this.#options.isVerbose) this.#note(indented(toolResultText(event.result)))
        return this.#statusOfCalls()
      }
      case 'turn.reset':
        if (this.#turnOfText !== event.turn) return
        return this.#note('↻ The answer broke off and begins again; what stands above is void.')
      case 'run.ended':
        // An error in the settings says all there is to say.
        if (event.stop.reason === 'failed' && event.stop.error.code.startsWith('config.')) this.#notice = null
        else this.#announce()
        this.#finishLine()
        return this.#wipeStatus()
      case 'message.added':
        if (event.message.role === 'assistant') {
          for (const call of toolCallsOf(event.message)) this.#inputs.set(call.callId, call.input)
        }
        return
      case 'approval.requested':
        return this.#approval(event.request)
      case 'child.started':
        return this.#status(`agent ${event.agent} at work`)
      case 'model.retried':
      case 'model.switched':
      case 'context.compacted':
      case 'output.rejected':
        return this.#note(incident(event))
      case 'run.started':
      case 'run.resumed':
      case 'run.paused':
      case 'turn.ended':
      case 'approval.answered':
      case 'input.queued':
      case 'budget.reserved':
      case 'budget.settled':
      case 'child.ended':
      case 'output.accepted':
      case 'tool.input.delta':
      case 'tool.progress':
        return
      default:
        event satisfies never
    }
  }

  #approval({ tool, input, reason }: ApprovalRequest): void {
    if (!this.#options.asksApproval)
      return this.#note(`? ${callSummary(tool, input)} needs approval: ${oneLine(reason)}`)
    this.#announce()
    this.#finishLine()
    this.#wipeStatus()
  }

  #answer(turn: number, text: string): void {
    const safe = neutralise(text)
    if (safe === '') return
    this.#announce()
    this.#wipeStatus()
    if (this.#unfinishedLine === 'reasoning') this.#finishLine()
    if (turn !== this.#turnOfText && this.#turnOfText !== 0) {
      this.#finishLine()
      this.#pieces.push({ to: 'answer', text: '\n' })
    }
    this.#turnOfText = turn
    this.#pieces.push({ to: 'answer', text: safe })
    this.#unfinishedLine = safe.endsWith('\n') ? null : 'answer'
  }

  #reasoning(text: string): void {
    const safe = neutralise(text)
    if (!this.#options.isVerbose || this.#options.isQuiet || safe === '') return
    this.#announce()
    this.#wipeStatus()
    if (this.#unfinishedLine === 'answer') this.#finishLine()
    this.#pieces.push({ to: 'note', text: this.#styled(safe, DIM) })
    this.#unfinishedLine = safe.endsWith('\n') ? null : 'reasoning'
  }

  #note(text: string, style: string = DIM): void {
    if (this.#options.isQuiet) return
    this.#announce()
    this.#wipeStatus()
    this.#finishLine()
    this.#pieces.push({ to: 'note', text: `${this.#styled(text, style)}\n` })
  }

  #announce(): void {
    if (this.#notice === null) return
    const notice = this.#notice
    this.#notice = null
    this.#note(notice)
  }

  #finishLine(): void {
    if (this.#unfinishedLine === null) return
    this.#pieces.push({ to: this.#unfinishedLine === 'answer' ? 'answer' : 'note', text: '\n' })
    this.#unfinishedLine = null
  }

  #statusOfCalls(): void {
    const calls = [...this.#openCalls.values()]
    // A person is being asked: the line is theirs.
    if (calls.some(({ name }) => name === 'human')) return this.#wipeStatus()
    if (calls.length > 0) this.#status(calls.map(({ name, input }) => callSummary(name, input)).join(', '))
  }

  #status(text: string): void {
    const columns = this.#options.statusColumns
    if (columns === null || this.#options.isQuiet || this.#unfinishedLine !== null) return
    this.#wipeStatus()
    this.#pieces.push({ to: 'note', text: this.#styled(fitting(`… ${oneLine(text)}`, columns), DIM) })
    this.#hasStatus = true
  }

  #wipeStatus(): void {
    if (!this.#hasStatus) return
    this.#hasStatus = false
    this.#pieces.push({ to: 'note', text: WIPE_LINE })
  }

  #styled(text: string, style: string): string {
    return this.#options.hasColor ? `${style}${text}${PLAIN}` : text
  }
}

type Incident = Extract<
  RunEvent,
  { type: 'model.retried' | 'model.switched' | 'context.compacted' | 'output.rejected' }
>

function incident(event: Incident): string {
  switch (event.type) {
    case 'model.retried':
      return `↻ ${oneLine(event.error.message)} Trying again in ${formatDuration(event.delayMs)}.`
    case 'model.switched':
      return `↻ ${oneLine(event.error.message)} Going on with ${oneLine(event.to)}.`
    case 'context.compacted':
      return `↧ Older turns left the model's view (${formatCount(event.tokensBefore)} to ${formatCount(event.tokensAfter)} tokens); nothing is lost.`
    case 'output.rejected':
      return `↻ The answer does not fit its schema (${oneLine(event.problem)}); asking again.`
    default:
      return event satisfies never
  }
}

/** Short of the last column, where some terminals wrap; a sign outside ASCII may be two columns wide. */
function fitting(text: string, columns: number): string {
  let kept = ''
  let width = 0
  for (const sign of text) {
    width += sign >= ' ' && sign <= '~' ? 1 : 2
    // One column stays free, and two are kept for the sign that marks the cut.
    if (width > columns - 3) return `${kept}…`
    kept += sign
  }
  return kept
}

function indented(text: string): string {
  return neutralise(text.trimEnd()).replace(/^/gm, '    ')
}
