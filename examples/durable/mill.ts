import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { agent, tool } from '@heddle/core'
import type { Agent, LanguageModel } from '@heddle/core'
import { z } from 'zod'

/** What the tools did to the world; the run's log is kept elsewhere and cannot undo it. */
export interface Ledger {
  /** Lines, oldest first. */
  read(): readonly string[]
  add(line: string): void
}

export function fileLedger(file: string): Ledger {
  return {
    read: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []),
    add(line) {
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${line}\n`)
    },
  }
}

/** The clerk of a weaving mill: it takes an order, weaves and charges. */
export function clerk(model: LanguageModel, ledger: Ledger): Agent {
  return agent({
    name: 'clerk',
    instructions:
      'You are the clerk of a weaving mill. Check the stock and reserve the yarn first; then weave and charge ' +
      'in one turn. When a call was interrupted, look at the loom before you do anything again. End with a ' +
      'short report to the customer.',
    model,
    limits: { steps: 12, usd: 0.05 },
    tools: [checkStock, lookAtLoom(ledger), reserveYarn(ledger), weave(ledger), chargeCard(ledger)],
  })
}

/** What `look_at_loom` says of a cloth that needs no more work. */
export const FINISHED = 'a finished cloth'

const checkStock = tool({
  name: 'check_stock',
  description: 'Says how much yarn of a colour there is.',
  input: z.object({ colour: z.string() }),
  effect: 'pure',
  execute: ({ colour }) => `3 skeins of ${colour}`,
})

const lookAtLoom = (ledger: Ledger) =>
  tool({
    name: 'look_at_loom',
    description: 'Says what is on the loom.',
    input: z.object({}),
    effect: 'pure',
    execute: () =>
      ledger.read().some((line) => line.startsWith('wove')) ? FINISHED : 'a cloth, begun and left',
  })

const reserveYarn = (ledger: Ledger) =>
  tool({
    name: 'reserve_yarn',
    description: 'Puts yarn aside.',
    input: z.object({ colour: z.string(), skeins: z.number().int() }),
    effect: 'idempotent',
    execute({ colour, skeins }, { idempotencyKey }) {
      const line = `reserved ${skeins} skeins of ${colour}, key ${idempotencyKey}`
      if (!ledger.read().includes(line)) ledger.add(line)
      return 'reserved'
    },
  })

/** Nobody weaves a cloth twice by accident: `once` is what a tool is when it says nothing else. */
const weave = (ledger: Ledger) =>
  tool({
    name: 'weave',
    description: 'Weaves a cloth.',
    input: z.object({ cloth: z.string() }),
    async execute({ cloth }) {
      const isFirst = !ledger.read().some((line) => line.startsWith('began'))
      ledger.add(`began to weave ${cloth}`)
      await sleep(200)
      // The power fails. No handler runs, nothing is flushed, nobody is told.
      if (isFirst) process.kill(process.pid, 'SIGKILL')
      ledger.add(`wove ${cloth}`)
      return `${cloth} is woven`
    },
  })

const chargeCard = (ledger: Ledger) =>
  tool({
    name: 'charge_card',
    description: 'Charges a customer.',
    input: z.object({ customer: z.string(), cents: z.number().int() }),
    approval: ({ customer, cents }) => ({ ask: `${customer} pays ${(cents / 100).toFixed(2)} euros.` }),
    execute({ customer, cents }) {
      ledger.add(`charged ${customer} ${cents} cents`)
      return 'charged'
    },
  })
