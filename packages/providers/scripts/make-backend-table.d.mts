export const PAGES: readonly string[]
export function withTable(page: string, text: string): Promise<string>
