export { startFakeProvider } from './fake-provider/start-fake-provider.ts'
export type { FakeProvider, FakeProviderOptions, FakeRequest } from './fake-provider/start-fake-provider.ts'
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
