import { compatible } from '../../src/compatible.ts'
import { chatFrames } from '../support/frames.ts'
import { recordedStreams } from '../support/recorded-stream.ts'

recordedStreams({
  folder: 'openai-chat',
  frames: (events, lineEnd) => chatFrames(...events).replaceAll('\n', lineEnd),
  model: (server) => compatible({ provider: 'recorded', model: 'm', ...server }),
})
