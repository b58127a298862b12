import { memoryRunLog } from '@heddle/core'
import { runLogContract } from '@heddle/testkit/contracts'

runLogContract('memoryRunLog', () => memoryRunLog())
