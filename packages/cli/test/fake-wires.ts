import type { FakeProvider, FakeWire } from '@heddle/testkit/fake-provider'

/** Stands in for a key; no output may ever hold it. */
export const SECRET = 'sk-test-0123456789-never-print-me'

/** How `heddle` reaches the fake provider on one wire. */
export interface FakeAccount {
  readonly wire: FakeWire
  /** `provider/model` for a script's name. */
  readonly model: (name: string) => string
  readonly env: Readonly<Record<string, string>>
}

/** The same scripts on both wires. */
export function accounts(provider: FakeProvider): readonly FakeAccount[] {
  return [
    {
      wire: 'openai',
      model: (name) => `openai/${name}`,
      env: { OPENAI_API_KEY: SECRET, OPENAI_BASE_URL: provider.openaiBaseUrl },
    },
    {
      wire: 'anthropic',
      model: (name) => `anthropic/${name}`,
      env: { ANTHROPIC_API_KEY: SECRET, ANTHROPIC_BASE_URL: provider.anthropicBaseUrl },
    },
  ]
}
