import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { agent, systemRuntime, tool } from '@heddle/core'
import type { Agent, Tool } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { DriverOrder } from './driver-order.ts'
import { openLedger } from './ledger.ts'
import { declaredEffect, keyOf } from './sabotages.ts'
import type { Stopper } from './stopper.ts'
import { PRICE, STEPS, TOOLS, answerFor } from './woven-plan.ts'
import type { ToolName } from './woven-plan.ts'

/** Known before anybody asks, so that an answer can come early. */
export function approvalIdOf(runId: string): string {
  return `approval_${runId}`
}

/** The agent that is killed again and again. Its tools leave their marks in the ledger. */
export function weaver(order: DriverOrder, stop: Stopper): Agent {
  const write = openLedger(order.ledgerFile)
  const names = Object.keys(TOOLS) as ToolName[]
  return agent({
    name: 'weaver',
    model: scriptedModel([answerFor], {
      repeatLast: true,
      info: { price: PRICE, maxOutputTokens: 1_000 },
    }),
    tools: names.map((name) => markingTool(name, { order, stop, write })),
    // One turn more for the last words, and some for a message that came late.
    limits: { steps: STEPS + 5, usd: 10 },
    runtime: {
      ...systemRuntime,
      newId: (prefix) => (prefix === 'approval' ? approvalIdOf(order.runId) : systemRuntime.newId(prefix)),
    },
  })
}

interface Hands {
  readonly order: DriverOrder
  readonly stop: Stopper
  readonly write: ReturnType<typeof openLedger>
}

function markingTool(name: ToolName, { order, stop, write }: Hands): Tool {
  return tool({
    name,
    description: `Does ${name}.`,
    input: { type: 'object', properties: { step: { type: 'integer' } }, required: ['step'] },
    effect: declaredEffect(TOOLS[name], order.sabotage),
    ...(name === 'ship' ? { approval: () => ({ ask: 'It leaves the house.' }) } : {}),
    async execute(input, { idempotencyKey }) {
      const { step } = input as { step: number }
      const key = keyOf(idempotencyKey, order.sabotage)
      stop.at([`before effect of ${name} ${step}`])
      write({ tool: name, step, part: 'begin', key })
      stop.at([`amid effect of ${name} ${step}`])
      await turnOfTheLoop()
      write({ tool: name, step, part: 'end', key })
      stop.at([`after effect of ${name} ${step}`])
      return `${name} ${step}`
    },
  })
}
