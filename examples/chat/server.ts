import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { agent, messageOf } from '@heddle/core'
import { chooseModel } from '@heddle/providers'
import { globTool, grepTool, readFileTool } from '@heddle/tools'
import { calculator } from './calculator.ts'
import { chatApp } from './chat-app.ts'

const INSTRUCTIONS = `You answer questions about the project in the current folder, briefly and in plain words.
Look things up with the tools instead of guessing; use the calculator for arithmetic.`

/** npm starts scripts in the example's folder; the person stood in another one. */
const project = resolve(process.env['HEDDLE_PROJECT'] ?? process.env['INIT_CWD'] ?? '.')
const port = Number(process.env['PORT'] ?? 3000)
const pageDir = join(import.meta.dirname, 'dist')

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

if (!Number.isInteger(port) || port < 0 || port > 65_535) stop('PORT must be a number from 0 to 65535.')
if (!existsSync(join(pageDir, 'index.html'))) stop('The page is not built; run `npm start -w examples/chat`.')

try {
  const configured = process.env['HEDDLE_MODEL']
  const { model, detail } = await chooseModel(configured ? { configured } : {})
  const tools = [calculator, ...[readFileTool, grepTool, globTool].map((make) => make({ root: project }))]
  const chat = agent({ name: 'chat', instructions: INSTRUCTIONS, model, tools })
  const server = chatApp(chat, detail, pageDir).listen(port, '127.0.0.1', (failure) => {
    if (failure)
      stop(`The server cannot listen on port ${port}: ${failure.message}. Set PORT to another one.`)
    const address = server.address()
    const shownPort = typeof address === 'object' && address ? address.port : port
    process.stdout.write(
      `Chat about ${project}\nModel: ${model.id} (${detail})\nOpen http://localhost:${shownPort}\n`,
    )
  })
} catch (thrown) {
  stop(messageOf(thrown))
}
