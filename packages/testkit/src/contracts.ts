export { languageModelContract } from './contracts/language-model-contract.ts'
export type { ModelContractTarget } from './contracts/language-model-contract.ts'
export { runLogContract } from './contracts/run-log-contract.ts'
