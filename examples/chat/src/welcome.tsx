import type { ReactNode } from 'react'
import type { About } from '../chat-app.ts'

const PROMPTS = [
  'Find all TODO comments',
  'Summarise the layout of this project',
  'Show package.json',
] as const

/** What an empty conversation shows: who answers, with which tools, and what one may ask. */
export function Welcome({
  about,
  onPick,
}: {
  about: About | null
  onPick: (prompt: string) => void
}): ReactNode {
  return (
    <div className="welcome">
      <h2>What would you like to know?</h2>
      {about && <p>{introduction(about)}</p>}
      <div className="prompts">
        {PROMPTS.map((prompt) => (
          <button key={prompt} type="button" className="prompt" onClick={() => onPick(prompt)}>
            {prompt}
          </button>
        ))}
      </div>
    </div>
  )
}

function introduction({ model, detail, tools }: About): string {
  const who = `${model} answers (${detail}), with ${tools.join(', ')}.`
  if (model !== 'heddle/offline') return who
  return `${who} It is a small planner, not a language model: set an API key or HEDDLE_MODEL to talk to one.`
}
