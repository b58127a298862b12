import type { ContextParts } from './compact-context.ts'
import type { Compaction } from './context-view.ts'
import type { ErrorJson } from './errors.ts'
import type { OutputStrategy } from './output-strategy.ts'
import type { JsonValue } from './json.ts'
import type { ApprovalAnswer } from './letters.ts'
import type { AssistantPart, Message, ToolResultPart, UserMessage } from './messages.ts'
import type { FinishReason } from './model.ts'
import type { Usage } from './usage.ts'

/** Version of the event vocabulary that `run.started` carries; every past version keeps a reader. */
export const EVENT_SCHEMA = 1

/** The call of another run that started this one. */
export interface ParentRun {
  readonly runId: string
  readonly callId: string
}

/** Hard ends of a run. Each has a stop reason of its own. */
export interface RunLimits {
  /** Model turns; default 10. */
  readonly steps: number
  /** Dollars. Reserved before each model call, settled after it; needs a model with a known price. */
  readonly usd?: number
  /** Input and output tokens of all turns together, as the provider counts them. */
  readonly tokens?: number
  /** Milliseconds of being driven; time spent paused does not count. */
  readonly ms?: number
  /** Tool calls that are begun. Calls beyond are answered with `tool.limit`, and the run ends. */
  readonly toolCalls?: number
  /**
   * Turns in a row with the very same calls: the last of them is not run, but answered with `tool.repeated`;
   * the next one ends the run. At least 2, default 3; `null` allows any number.
   */
  readonly repeats?: number | null
}

/** A question to a person that a run waits for. */
export interface ApprovalRequest {
  /** The run that asks, perhaps one that a tool of this run started; its inbox takes the answer. */
  readonly runId: string
  readonly approvalId: string
  readonly callId: string
  /** The exact action: tool and validated arguments. */
  readonly tool: string
  readonly input: JsonValue
  /** SHA-256 over both, in hex; the answer must carry it. */
  readonly hash: string
  /** Why somebody is asked. */
  readonly reason: string
  /** Epoch milliseconds after which the answer is taken to be no; `null`: never. */
  readonly expiresAtMs: number | null
}

/** Why a run ended. Exactly one of these, always; `failed` is data, never a throw. */
export type RunEnd =
  /** The model answered without asking for a tool. */
  | { readonly reason: 'done' }
  /** The model ran into its output limit; the text is cut. */
  | { readonly reason: 'length' }
  /** The provider withheld the answer (content filter, refusal). */
  | { readonly reason: 'refused' }
  /** `limits.steps` turns were taken and the model still wanted tools. All calls have results. */
  | { readonly reason: 'steps'; readonly steps: number }
  /** The next call could cost more than is left. */
  | { readonly reason: 'usd'; readonly limitMicroUsd: number }
  | { readonly reason: 'tokens'; readonly tokens: number }
  | { readonly reason: 'ms'; readonly ms: number }
  | { readonly reason: 'tool-calls'; readonly toolCalls: number }
  /** The model made the same calls over and over, and went on after it was told. */
  | { readonly reason: 'repeats'; readonly repeats: number }
  /** `onStep` said so. */
  | { readonly reason: 'stopped' }
  /** The signal, `run.abort()`, or a reader that left. */
  | { readonly reason: 'aborted'; readonly message: string }
  | { readonly reason: 'failed'; readonly error: ErrorJson }

/** Why nobody drives a run any more: it ended, or it waits for people and can be resumed. */
export type RunStop = RunEnd | { readonly reason: 'approval'; readonly waiting: readonly ApprovalRequest[] }

/**
 * What running a tool twice would do: `pure` nothing (it only looks), `idempotent` nothing more (it is given
 * the same key), `once` perhaps harm.
 */
export type ToolEffect = 'pure' | 'idempotent' | 'once'

/** What every durable event has: its place in the run (1, 2, 3 … without gaps) and its time. */
export interface Stamp {
  readonly seq: number
  /** Epoch milliseconds of the wall clock; orders nothing, `seq` does. */
  readonly atMs: number
}

type Stamped<T> = T & Stamp

/**
 * What happened, in order; the run is the fold of these. Plain JSON: one `run.started` first, exactly
 * one `run.ended` last; a run that waits or was cut off has none yet. The results of a turn's calls are not repeated as a message: the tool message
 * is folded from `tool.ended`, in the order of the calls.
 */
export type DurableEvent = Stamped<
  | {
      readonly type: 'run.started'
      readonly schema: typeof EVENT_SCHEMA
      readonly runId: string
      readonly parent: ParentRun | null
      /** The agent's name. */
      readonly agent: string
      /** `provider/model`. */
      readonly model: string
      readonly instructions: string
      /** Names of the tools on offer, sorted. */
      readonly tools: readonly string[]
      /** What was said before, repaired; the new input is not in it. */
      readonly history: readonly Message[]
      /** What of the history left the model's view in the run before; absent: nothing. */
      readonly compaction?: Compaction
      /** `null` when the history itself ends with what is to be answered. */
      readonly input: UserMessage | null
      readonly limits: RunLimits
    }
  /** Another driver goes on with the run, after a pause or a crash. */
  | { readonly type: 'run.resumed' }
  /** A model call begins; turns count from 1. */
  | { readonly type: 'turn.started'; readonly turn: number; readonly model: string }
  /** A whole assistant message. */
  | { readonly type: 'message.added'; readonly turn: number; readonly message: Message }
  | {
      readonly type: 'turn.ended'
      readonly turn: number
      readonly finish: FinishReason
      /** `null` when the provider reported none. */
      readonly usage: Usage | null
      /** Micro-dollars; `null` when unknown. */
      readonly costMicroUsd: number | null
    }
  /** The attempt failed; another follows after the delay. Deltas of this turn may have been seen: `turn.reset` follows then. */
  | {
      readonly type: 'model.retried'
      readonly turn: number
      /** The attempt that failed, from 1. */
      readonly attempt: number
      readonly delayMs: number
      readonly error: ErrorJson
    }
  | {
      readonly type: 'model.switched'
      readonly turn: number
      readonly from: string
      readonly to: string
      readonly error: ErrorJson
    }
  /** All deltas of this turn so far are void; the turn is told anew. What was seen is kept here. */
  | { readonly type: 'turn.reset'; readonly turn: number; readonly discarded: readonly AssistantPart[] }
  | {
      readonly type: 'tool.started'
      readonly turn: number
      readonly callId: string
      readonly name: string
      readonly input: JsonValue
      /** What a resumed run may do about it when no result followed. */
      readonly effect: ToolEffect
    }
  | {
      readonly type: 'tool.ended'
      readonly turn: number
      readonly callId: string
      readonly result: ToolResultPart
      readonly durationMs: number
    }
  | { readonly type: 'approval.requested'; readonly turn: number; readonly request: ApprovalRequest }
  /** An answer was taken from the inbox; only the first one for a request, with its hash, has any effect. */
  | {
      readonly type: 'approval.answered'
      readonly letter: number
      readonly answer: ApprovalAnswer
      /** When it was given, in epoch milliseconds; perhaps long before anybody took it. */
      readonly givenAtMs: number
    }
  /** A user message was taken from the inbox; the next turn begins with it. */
  | { readonly type: 'input.queued'; readonly letter: number; readonly message: UserMessage }
  /** Money was set aside for the next attempt at this turn. */
  | { readonly type: 'budget.reserved'; readonly turn: number; readonly microUsd: number }
  /** What was set aside is free again, but for what the attempt cost. */
  | {
      readonly type: 'budget.settled'
      readonly turn: number
      readonly reservedMicroUsd: number
      readonly microUsd: number
    }
  /** From here on the model sees less of the transcript; the transcript itself is whole. */
  | {
      readonly type: 'context.compacted'
      readonly turn: number
      readonly compaction: Compaction
      /** Where the tokens went before; estimates. */
      readonly parts: ContextParts
      readonly tokensBefore: number
      readonly tokensAfter: number
    }
  /** A tool began, or went on with, a run of its own; its events are in its own log. */
  | {
      readonly type: 'child.started'
      readonly turn: number
      readonly callId: string
      readonly runId: string
      readonly agent: string
    }
  | {
      readonly type: 'child.ended'
      readonly turn: number
      readonly callId: string
      readonly runId: string
      readonly stop: RunStop
      readonly usage: Usage
      readonly costMicroUsd: number | null
      /** What it took from the budget, its own children included; 0 when nothing limits the cost. */
      readonly spentMicroUsd: number
    }
  /** The structured answer that the agent's `output` asks for; the run ends with it. */
  | {
      readonly type: 'output.accepted'
      readonly turn: number
      readonly output: JsonValue
      readonly by: OutputStrategy
    }
  /** The answer does not fit; the next turn begins with the message that says why. */
  | {
      readonly type: 'output.rejected'
      readonly turn: number
      readonly problem: string
      readonly message: UserMessage
    }
  /** Nobody drives the run until it is resumed. */
  | { readonly type: 'run.paused'; readonly waiting: readonly string[] }
  | { readonly type: 'run.ended'; readonly stop: RunEnd }
>

/**
 * What is only worth hearing live; never stored. `offset` is the place of `text` in its part, in UTF-16
 * units, so that a reader who sees a delta twice or joins late knows exactly what is new.
 */
export type TransientEvent =
  | {
      readonly type: 'text.delta'
      readonly turn: number
      readonly part: number
      readonly offset: number
      readonly text: string
    }
  | {
      readonly type: 'reasoning.delta'
      readonly turn: number
      readonly part: number
      readonly offset: number
      readonly text: string
    }
  | {
      readonly type: 'tool.input.delta'
      readonly turn: number
      readonly part: number
      readonly callId: string
      readonly name: string
      readonly offset: number
      readonly text: string
    }
  /** A value that a running tool yielded; a later one replaces it. */
  | {
      readonly type: 'tool.progress'
      readonly turn: number
      readonly callId: string
      readonly value: JsonValue
    }

/** What a run tells its readers. */
export type RunEvent = DurableEvent | TransientEvent

/** True for the events that make up the log. */
export function isDurable(event: RunEvent): event is DurableEvent {
  return 'seq' in event
}

/** Which run an event belongs to; handed to sinks beside the events. */
export interface RunRef {
  readonly runId: string
  readonly parent: ParentRun | null
  /** The agent's name. */
  readonly agent: string
}
