export { otelSink } from './otel-sink.ts'
export type { OtelSinkOptions } from './otel-sink.ts'
export { devLogger } from './dev-logger.ts'
export type { DevLoggerOptions } from './dev-logger.ts'
