import { keyboard } from '../../src/keyboard.ts'
import { outlet } from '../../src/outlet.ts'

/** Asks at the terminal for the approval that is described as JSON in the first argument, and prints the answer. */
const options = { allowsColor: false, isPlain: false }
const { approve } = keyboard({
  out: outlet(process.stdout, options),
  err: outlet(process.stderr, options),
  isQuiet: false,
  isVerbose: false,
})
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
const answer = await approve(JSON.parse(process.argv[2] ?? '{}'), stop.signal)
console.log(`answer ${JSON.stringify(answer && { ...answer, by: typeof answer.by })}.`)
process.exit()
