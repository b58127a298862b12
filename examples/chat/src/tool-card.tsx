import type { ReactNode } from 'react'
import type { AnyToolPart } from './chat-message.ts'

interface Look {
  readonly tone: 'busy' | 'good' | 'bad' | 'idle'
  readonly label: string
}

/** One call: the tool, how it stands, what it was given and what came of it. */
export function ToolCard({
  name,
  part,
  isLive,
}: {
  name: string
  part: AnyToolPart
  isLive: boolean
}): ReactNode {
  const { tone, label } = lookOf(part, isLive)
  const input = part.input === undefined ? '' : shown(part.input)
  const output = outputOf(part)
  return (
    <section className={`tool ${tone}`} aria-label={`Tool ${name}: ${label}`} data-state={part.state}>
      <div className="tool-head">
        <span className="dot" aria-hidden="true" />
        <code className="tool-name">{name}</code>
        <span className="tool-state">{label}</span>
      </div>
      {input !== '' && <Field label="Input" text={input} />}
      {output !== '' && <Field label={tone === 'bad' ? 'Error' : 'Result'} text={output} />}
    </section>
  )
}

function Field({ label, text }: { label: string; text: string }): ReactNode {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {/* Long results scroll, so the keyboard must reach them. */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  )
}

function lookOf(part: AnyToolPart, isLive: boolean): Look {
  switch (part.state) {
    case 'output-available':
      return part.preliminary === true && isLive
        ? { tone: 'busy', label: 'Running' }
        : { tone: 'good', label: 'Done' }
    case 'output-error':
      return { tone: 'bad', label: 'Failed' }
    case 'output-denied':
      return { tone: 'bad', label: 'Not allowed' }
    case 'input-streaming':
      return isLive ? { tone: 'busy', label: 'Preparing' } : { tone: 'idle', label: 'Stopped' }
    default:
      return isLive ? { tone: 'busy', label: 'Running' } : { tone: 'idle', label: 'Stopped' }
  }
}

function outputOf(part: AnyToolPart): string {
  if (part.state === 'output-error') return part.errorText
  return part.state === 'output-available' ? shown(part.output) : ''
}

/** Short values on one line, as a person would write them; `null` is shown as nothing. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  const line = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')
  return line.length <= 72 ? line : JSON.stringify(value, null, 2)
}
