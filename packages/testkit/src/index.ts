export { scriptedModel } from './scripted-model.ts'
export type {
  ScriptedAnswer,
  ScriptedModel,
  ScriptedModelOptions,
  ScriptedToolCall,
  ScriptedTurn,
} from './scripted-model.ts'
export { scriptedRuntime } from './scripted-runtime.ts'
export type { ScriptedRuntime, ScriptedRuntimeOptions } from './scripted-runtime.ts'
export { toolContext } from './tool-context.ts'
export { record } from './record.ts'
export { replay } from './replay.ts'
export type { ReplayedModel } from './replay.ts'
