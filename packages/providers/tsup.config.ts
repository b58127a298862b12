import { libraryBuild } from '../../tsup.base.ts'

export default libraryBuild([
  'src/index.ts',
  'src/compatible.ts',
  'src/anthropic.ts',
  'src/openai.ts',
  'src/google.ts',
  'src/bridge.ts',
  'src/offline.ts',
])
