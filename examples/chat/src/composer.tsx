import { useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'

interface ComposerProps {
  readonly isBusy: boolean
  readonly onSend: (text: string) => void
  readonly onStop: () => void
}

/** Where one types. Enter sends, Shift+Enter breaks the line; while the answer streams, the button stops it. */
export function Composer({ isBusy, onSend, onStop }: ComposerProps): ReactNode {
  const [draft, setDraft] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)

  const send = (): void => {
    if (draft.trim() === '' || isBusy) return
    onSend(draft.trim())
    setDraft('')
    field.current?.focus()
  }
  const sendOnEnter = (event: KeyboardEvent): void => {
    // Enter also confirms a word in the input methods of many languages.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        ref={field}
        aria-label="Message"
        placeholder="Ask about this project …"
        rows={1}
        value={draft}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={sendOnEnter}
      />
      {isBusy ? (
        <button type="button" className="stop" onClick={onStop}>
          <span aria-hidden="true">■</span> Stop
        </button>
      ) : (
        <button type="submit" disabled={draft.trim() === ''}>
          Send
        </button>
      )}
    </form>
  )
}
