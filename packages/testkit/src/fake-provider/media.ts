/** What the vendors take as images; https://docs.claude.com/en/docs/build-with-claude/vision and OpenAI's list are the same. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

export function isImageType(mediaType: unknown): boolean {
  return typeof mediaType === 'string' && IMAGE_TYPES.has(mediaType)
}

/** Whole groups of four, and something in them. */
export function isBase64(text: unknown): text is string {
  return (
    typeof text === 'string' && text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  )
}

export function isWebUrl(text: unknown): text is string {
  return typeof text === 'string' && /^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text)
}

/** The pieces of `data:TYPE;base64,DATA`; `null` for anything else, and for bytes that are not base64. */
export function readDataUrl(url: unknown): { readonly mediaType: string; readonly data: string } | null {
  const [, mediaType, data] = (typeof url === 'string' && /^data:([^;,]+);base64,(.*)$/s.exec(url)) || []
  return mediaType !== undefined && isBase64(data) ? { mediaType, data } : null
}
