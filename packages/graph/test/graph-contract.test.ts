import { cycleContract } from './contract/cycles.ts'
import { doubtContract } from './contract/doubts.ts'
import { exchangeContract } from './contract/exchanges.ts'
import { feedContract } from './contract/feed.ts'
import { subjectOf } from './contract/graph-opener.ts'
import { oddValuesContract } from './contract/odd-values.ts'
import { readContract } from './contract/reads.ts'
import { searchContract } from './contract/searches.ts'
import { walkContract } from './contract/walks.ts'
import { writeContract } from './contract/writes.ts'
import { onEachDatabase } from './each-graph.ts'

onEachDatabase((newDatabase, kind) => {
  const subject = subjectOf(newDatabase, kind)
  writeContract(subject)
  oddValuesContract(subject)
  cycleContract(subject)
  readContract(subject)
  walkContract(subject)
  doubtContract(subject)
  searchContract(subject)
  feedContract(subject)
  exchangeContract(subject)
})
