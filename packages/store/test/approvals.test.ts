import { agent, tool } from '@heddle/core'
import type { Agent } from '@heddle/core'
import type { Store } from '@heddle/store'
import { scriptedModel } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { onEachDatabase } from './each-database.ts'
import { storeOpener } from './open-stores.ts'

const open = storeOpener()

function deployer(store: Store): Agent {
  const deploy = tool({
    name: 'deploy',
    description: '',
    input: { type: 'object' },
    approval: () => ({ ask: 'it goes live' }),
    execute: () => 'deployed',
  })
  return agent({
    model: scriptedModel([{ toolCalls: [{ name: 'deploy' }] }, 'done']),
    tools: [deploy],
    log: store.log,
  })
}

onEachDatabase((newTarget) => {
  describe('approvals', () => {
    test('are pending while their run waits, and no longer when they are answered', async () => {
      const store = await open(newTarget())
      const { runId, stop } = await deployer(store).run('go').result
      const pending = await store.approvals.pending()

      const [question] = pending
      if (!question) throw new Error('nothing is pending')
      const { approvalId, hash } = question.request
      const answer = { approvalId, hash, decision: 'allow', by: 'ada' } as const
      const taken = [await store.approvals.answer(answer), await store.approvals.answer(answer)]

      expect(stop).toEqual({ reason: 'approval', waiting: [question.request] })
      expect(pending).toEqual([{ runId, request: question.request, requestedAtMs: expect.any(Number) }])
      expect(taken).toEqual([true, false])
      expect(await store.approvals.pending()).toEqual([])
    })

    test('are answered to a run that goes on with it when it is resumed', async () => {
      const target = newTarget()
      const store = await open(target)
      const tutor = deployer(store)
      const { runId } = await tutor.run('go').result
      const elsewhere = await open(target)
      const [question] = await elsewhere.approvals.pending()
      const { approvalId = '', hash = '' } = question?.request ?? {}
      await elsewhere.approvals.answer({ approvalId, hash, decision: 'allow', by: 'ada' })

      const result = await tutor.resume(store.log, runId).result

      expect(result.stop).toEqual({ reason: 'done' })
      expect(result.messages.find(({ role }) => role === 'tool')).toMatchObject({
        content: [{ status: 'ok', output: 'deployed' }],
      })
      expect(await store.approvals.pending()).toEqual([])
    })

    test('refuse an answer to nothing, and one to another action', async () => {
      const store = await open(newTarget())
      await deployer(store).run('go').result
      const [question] = await store.approvals.pending()
      const approvalId = question?.request.approvalId ?? ''

      const answers = [
        store.approvals.answer({ approvalId: 'nothing', hash: 'x', decision: 'allow', by: 'ada' }),
        store.approvals.answer({ approvalId, hash: 'x', decision: 'allow', by: 'ada' }),
      ]

      const outcomes = await Promise.allSettled(answers)
      expect(outcomes).toMatchObject([
        { reason: { code: 'run.unknown' } },
        { reason: { code: 'config.invalid' } },
      ])
      expect(await store.approvals.pending()).toHaveLength(1)
    })
  })
})
