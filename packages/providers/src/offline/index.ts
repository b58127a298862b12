export { OFFLINE_MODEL_ID, offlineModel } from './offline-model.ts'
