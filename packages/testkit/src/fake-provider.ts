export { startFakeProvider } from './fake-provider/start-fake-provider.ts'
export type { FakeProvider, FakeProviderOptions, FakeRequest } from './fake-provider/start-fake-provider.ts'
export { readRequest } from './fake-provider/read-request.ts'
export type { NeutralRequest, TranscriptItem } from './fake-provider/wire.ts'
export { spawnFakeProvider } from './spawn-fake-provider.ts'
export type { SpawnedFakeProvider, SpawnedFakeProviderOptions } from './spawn-fake-provider.ts'
export type {
  FakeScript,
  FakeScripts,
  FakeToolCall,
  FakeTurn,
  FakeUsage,
  FakeWire,
  Fault,
  FaultReason,
  RetryAfter,
} from './fake-provider/script.ts'
