import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { runInbox } from '@heddle/core'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'
import { inOneSentence } from './in-one-sentence.ts'
import { lastOrder, nextOrder } from './order-book.ts'
import type { Order } from './order-book.ts'
import { orderText } from './order-text.ts'

const START = 'npm start -w examples/durable'
const USAGE = `Usage: ${START} [-- COMMAND]
  (none)         begins the order, or goes on with it
  status         shows what is on record
  approve, deny  answers the question that the order waits for
  say "TEXT"     tells the clerk something
  again          begins another order
`

const [command = 'go', ...words] = process.argv.slice(2)
process.exitCode = await inOneSentence(async () => {
  const store = await openStore(undefined, { env: process.env })
  try {
    return await obey(store)
  } finally {
    await store.close()
  }
})

async function obey(store: Store): Promise<number> {
  const order = await lastOrder(store.log)
  switch (command) {
    case 'go':
      return goOn(store, order)
    case 'again':
      return goOn(store, order.state ? await nextOrder(store.log, order) : order)
    case 'status':
      return say(orderText(order))
    case 'approve':
      return answer(store, order, 'allow')
    case 'deny':
      return answer(store, order, 'deny')
    case 'say':
      if (words.length === 0) break
      if (order.state?.stop) return say(`${order.runId} has ended; nobody would hear it.\n`)
      await runInbox(store.log, order.runId).steer(words.join(' '))
      return say(`Kept for ${order.runId}. Nobody needs to run for that.\n`)
  }
  process.stderr.write(USAGE)
  return 2
}

async function goOn(store: Store, order: Order): Promise<number> {
  if (order.state?.stop) return say(`${orderText(order)}\n${START} -- again   begins another order\n`)
  if (order.state) say(`On record:\n${orderText(order)}\n`)
  const code = await drive(order)
  if (code === 'killed') {
    return say(
      `\nkill -9: the process is dead, in the middle of its work.\n${START}   goes on with the order\n`,
    )
  }
  const { questions, state } = await lastOrder(store.log)
  if (!state?.stop && questions.some((question) => question.answer === null)) {
    say(`\nNobody drives the order now; it waits for you.\n${START} -- approve   (or deny)\n`)
  }
  return code
}

/** In a process of its own, so that this one can tell of its death. */
async function drive({ runId, state }: Order): Promise<number | 'killed'> {
  const driver = fileURLToPath(new URL('driver.ts', import.meta.url))
  const args = [...process.execArgv, driver, runId, state ? 'resume' : 'begin']
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal === 'SIGKILL' ? 'killed' : (code ?? 1)
}

async function answer(store: Store, order: Order, decision: 'allow' | 'deny'): Promise<number> {
  const open = order.questions.find((question) => question.answer === null)
  if (!open || order.state?.stop) return say(`${order.runId} waits for no answer.\n`)
  const { approvalId, hash, runId } = open.request
  await runInbox(store.log, runId).answer({ approvalId, hash, decision, by: 'you' })
  return say(`Kept: "${decision}" for ${open.request.tool}. Nobody drives the order.\n${START}   goes on\n`)
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}
