import { bashTool } from '../../src/bash.ts'

/** Runs the command given first; when told on standard input, exits while it runs. */
const bash = bashTool({ root: process.cwd() })
const context = { signal: new AbortController().signal, runId: 'run_1', callId: 'call_1', turn: 1 }
const running = bash.execute({ command: process.argv[2] ?? '' }, context) as AsyncGenerator<string>
process.stdin.once('data', () => process.exit(3))
console.log((await running.next()).value)
