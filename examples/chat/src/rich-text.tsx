import type { ReactNode } from 'react'

/**
 * The little Markdown that makes answers readable: fenced code, headings, lists, `code` and **bold**. A
 * fence that is still open while the answer streams is shown as code already.
 */
export function RichText({ text }: { text: string }): ReactNode {
  return (
    <div className="text">
      {text
        .split(/^```/m)
        .map((block, index) =>
          index % 2 === 1 ? <Code key={index} block={block} /> : <Prose key={index} text={block} />,
        )}
    </div>
  )
}

function Code({ block }: { block: string }): ReactNode {
  // The rest of the fence's first line names the language.
  const code = block.slice(block.indexOf('\n') + 1).replace(/\n$/, '')
  return <pre tabIndex={0}>{code}</pre>
}

function Prose({ text }: { text: string }): ReactNode {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/^\n|\n$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph, index) => <Paragraph key={index} text={paragraph} />)
}

const ITEM = /^\s*(?:[-*•]|\d+\.)\s+/

function Paragraph({ text }: { text: string }): ReactNode {
  const lines = text.split('\n')
  const heading = /^#{1,4}\s+(.*)$/.exec(text)
  if (heading) return <h2>{inline(heading[1] ?? '')}</h2>
  if (lines.every((line) => ITEM.test(line))) {
    return (
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{inline(line.replace(ITEM, ''))}</li>
        ))}
      </ul>
    )
  }
  return <p>{inline(text)}</p>
}

function inline(text: string): ReactNode[] {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).map((piece, index) => {
    if (index % 2 === 0) return piece
    return piece.startsWith('`') ? (
      <code key={index}>{piece.slice(1, -1)}</code>
    ) : (
      <strong key={index}>{piece.slice(2, -2)}</strong>
    )
  })
}
