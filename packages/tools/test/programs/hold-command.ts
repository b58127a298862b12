import { toolContext } from '@heddle/testkit'
import { bashTool } from '../../src/bash.ts'

/** Runs the command given first; when told on standard input, exits while it runs. */
const bash = bashTool({ root: process.cwd() })
const running = bash.execute({ command: process.argv[2] ?? '' }, toolContext()) as AsyncGenerator<string>
process.stdin.once('data', () => process.exit(3))
console.log((await running.next()).value)
