import { libraryBuild } from '../../tsup.base.ts'

// Kysely's 300 files alone take longer to load than everything else that a run needs.
export default libraryBuild(
  ['src/bin.ts', 'src/main.ts'],
  ['@heddle/graph', '@heddle/store', '@dagrejs/dagre', 'kysely'],
)
