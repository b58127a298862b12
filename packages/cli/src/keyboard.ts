import type { AskHuman } from '@heddle/tools'
import { askLine } from './ask-line.ts'
import type { LineRequest, Said } from './ask-line.ts'
import type { AskApproval } from './drive-run.ts'
import { neutralise, oneLine } from './neutralise.ts'
import type { Screen } from './screen.ts'
import { callSummary } from './tool-line.ts'
import { userName } from './user-name.ts'

/** Longer input is cut in what is shown, and the cut is named. UTF-16 units. */
const MAX_SHOWN_INPUT = 10_000

/** Who sits at the terminal. */
export interface Keyboard {
  prompt(): Promise<Said>
  /** The `human` tool's way to ask. The number of a choice stands for it. */
  readonly answer: AskHuman
  /** Only `y` and `yes` allow; what else was typed is a reason that the model reads. */
  readonly approve: AskApproval
}

export function keyboard(screen: Screen): Keyboard {
  // The prompt belongs to the terminal, also when the answer goes to a file.
  const output = screen.out.isTerminal ? process.stdout : process.stderr
  const isEditable = (screen.out.isTerminal ? screen.out : screen.err).columns !== null
  const common: Pick<LineRequest, 'output' | 'isEditable'> = { output, isEditable }
  const history: string[] = []

  const ask = async (prompt: string, signal: AbortSignal): Promise<Said> => {
    const said = await askLine({ ...common, prompt, history: [], signal })
    // Ctrl-C while being asked means the same as while waiting: stop.
    if (said.kind === 'interrupt' && !signal.aborted) process.emit('SIGINT', 'SIGINT')
    if (said.kind === 'end') output.write('\n')
    return said
  }
  return {
    prompt: () => askLine({ ...common, prompt: '> ', history }),
    async answer(question, { choices, signal }) {
      await screen.err.write(`? ${oneLine(question)}\n`)
      for (const [index, choice] of choices.entries())
        await screen.err.write(`  ${index + 1}. ${oneLine(choice)}\n`)
      const said = await ask('? ', signal)
      if (said.kind !== 'line') throw new Error('nobody answered the question')
      return chosen(said.text, choices)
    },
    async approve({ tool, input, reason }, signal) {
      const summary = callSummary(tool, input)
      const whole = JSON.stringify(input, null, 2)
      // Nobody should allow what they cannot see; the summary cuts, and takes line feeds for spaces.
      if (summary.includes('…') || whole.includes('\\n')) await screen.err.write(`${shownInput(whole)}\n`)
      const said = await ask(`Allow ${summary}? [y/N] (${oneLine(reason)}) `, signal)
      if (said.kind === 'end') return { decision: 'deny', by: userName(), reason: 'nobody answered' }
      if (said.kind !== 'line') return null
      const text = said.text.trim()
      if (/^y(es)?$/i.test(text)) return { decision: 'allow', by: userName() }
      const isPlainNo = /^(no?)?$/i.test(text)
      return { decision: 'deny', by: userName(), ...(isPlainNo ? {} : { reason: text }) }
    },
  }
}

function chosen(text: string, choices: readonly string[]): string {
  const number = /^\s*(\d+)[.)]?\s*$/.exec(text)?.[1]
  return (number === undefined ? undefined : choices[Number(number) - 1]) ?? text
}

function shownInput(json: string): string {
  const text = neutralise(json).replace(/^/gm, '    ')
  if (text.length <= MAX_SHOWN_INPUT) return text
  return `${text.slice(0, MAX_SHOWN_INPUT)}\n    [${text.length - MAX_SHOWN_INPUT} more characters are not shown]`
}
