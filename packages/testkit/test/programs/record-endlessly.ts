import { userMessage } from '@heddle/core'
import { record, scriptedModel } from '@heddle/testkit'

// Records answers to the file it is told until it is killed, and prints the number of each that is over.
const model = record(scriptedModel(['x'.repeat(10_000)], { repeatLast: true }), process.argv[2] ?? '')
for (let count = 1; ; count++) {
  const request = { instructions: '', messages: [userMessage(`question ${count}`)], tools: [] }
  for await (const _ of model.stream(request, new AbortController().signal));
  process.stdout.write(`${count}\n`)
}
