import type { ReactNode } from 'react'

/** A run of lines that are indented by four, blank lines in between included. */
const INDENTED = /((?:^ {4}.*(?:\n|$)(?:[ \t]*\n(?= {4}))*)+)/m

/**
 * The little Markdown that makes answers readable: fenced and indented code, headings, lists, `code` and
 * **bold**. A fence that is still open while the answer streams is shown as code already.
 */
export function RichText({ text }: { text: string }): ReactNode {
  return (
    <div className="text">
      {text
        .split(/^```/m)
        .map((block, index) =>
          index % 2 === 1 ? <Fence key={index} block={block} /> : <Unfenced key={index} text={block} />,
        )}
    </div>
  )
}

function Fence({ block }: { block: string }): ReactNode {
  // The rest of the fence's first line names the language.
  return <Code text={block.slice(block.indexOf('\n') + 1)} />
}

function Unfenced({ text }: { text: string }): ReactNode {
  return text
    .split(INDENTED)
    .map((block, index) =>
      index % 2 === 1 ? (
        <Code key={index} text={block.replaceAll(/^ {4}/gm, '')} />
      ) : (
        <Prose key={index} text={block} />
      ),
    )
}

function Code({ text }: { text: string }): ReactNode {
  // It scrolls when it is long, so the keyboard must reach it.
  return <pre tabIndex={0}>{text.trimEnd()}</pre>
}

function Prose({ text }: { text: string }): ReactNode {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/^\n+|\n+$/g, ''))
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
    if (piece.startsWith('`')) return <code key={index}>{piece.slice(1, -1)}</code>
    return <strong key={index}>{piece.slice(2, -2)}</strong>
  })
}
