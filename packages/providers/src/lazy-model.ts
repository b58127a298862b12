import type { LanguageModel, ModelEvent, ModelInfo, ModelRequest } from '@heddle/core'

type Batches = AsyncIterator<readonly ModelEvent[]>

/** A model whose code is loaded when it is first asked. */
export function lazyModel(id: string, info: ModelInfo, load: () => Promise<LanguageModel>): LanguageModel {
  let loaded: LanguageModel | undefined
  let loading: Promise<LanguageModel> | undefined
  const loadOnce = async (): Promise<LanguageModel> => {
    try {
      return await (loading ??= load())
    } finally {
      loading = undefined
    }
  }
  const open = async (request: ModelRequest, signal: AbortSignal): Promise<Batches> => {
    loaded ??= await loadOnce()
    return loaded.stream(request, signal)[Symbol.asyncIterator]()
  }
  return {
    id,
    info,
    stream: (request, signal) => loaded?.stream(request, signal) ?? opened(() => open(request, signal)),
  }
}

/** By hand instead of by a generator: only the first of the batches waits for more than itself. */
function opened(open: () => Promise<Batches>): AsyncIterable<readonly ModelEvent[]> {
  return {
    [Symbol.asyncIterator]() {
      let batches: Batches | undefined
      let hasLeft = false
      const begin = async (): ReturnType<Batches['next']> => {
        const first = await open()
        if (hasLeft) return { done: true, value: undefined }
        batches = first
        return first.next()
      }
      return {
        next: () => batches?.next() ?? begin(),
        return() {
          hasLeft = true
          return batches?.return?.() ?? Promise.resolve({ done: true, value: undefined })
        },
      }
    },
  }
}
