/** Opens a store, watches a run, and does nothing more: nothing may keep the process alive. Argument: target. */
import { openStore } from '@heddle/store'

const { log } = await openStore(process.argv[2])
log.watch('run', () => {})
await log.post('run', 'letter', { type: 'abort', reason: 'test' })
console.log('watching')
