/**
 * Does the coding session and is killed when a sink hears of an event. Arguments: the project folder, the number
 * of the event, and whether the sink stands before or after the one that captures.
 */
import { agent, callbackSink } from '@heddle/core'
import { CODING, REQUEST, coder, openWorkplace } from '../coding-session.ts'

const [folder = '', seq = '', place = ''] = process.argv.slice(2)
const workplace = await openWorkplace(folder)
const killer = callbackSink((event) => {
  if ('seq' in event && event.seq === Number(seq)) process.kill(process.pid, 'SIGKILL')
})
const sinks = place === 'before' ? [killer, workplace.sink] : [workplace.sink, killer]
const { log } = workplace.store
await agent(coder(workplace, CODING)).run(REQUEST, { log, runId: 'morning.1', sinks, leaseTtlMs: 1_500 })
  .result
