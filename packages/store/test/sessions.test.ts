import { assistantMessage, userMessage } from '@heddle/core'
import type { DurableEvent, Message } from '@heddle/core'
import type { Store } from '@heddle/store'
import { describe, expect, test } from 'vitest'
import { onEachDatabase } from './each-database.ts'
import { storeOpener } from './open-stores.ts'

const open = storeOpener()

/** A run that was asked `input` after `history`, and answered it. */
async function record(
  store: Store,
  runId: string,
  input: string,
  history: readonly Message[] = [],
): Promise<void> {
  const stamp = { atMs: 1_767_225_600_000 }
  const events: DurableEvent[] = [
    {
      ...stamp,
      seq: 1,
      type: 'run.started',
      schema: 1,
      runId,
      parent: null,
      agent: 'tutor',
      model: 'scripted/model',
      instructions: '',
      tools: [],
      history,
      input: userMessage(input),
      limits: { steps: 10 },
    },
    { ...stamp, seq: 2, type: 'turn.started', turn: 1, model: 'scripted/model' },
    { ...stamp, seq: 3, type: 'message.added', turn: 1, message: assistantMessage(`${input}!`) },
    { ...stamp, seq: 4, type: 'turn.ended', turn: 1, finish: 'stop', usage: null, costMicroUsd: null },
    { ...stamp, seq: 5, type: 'run.ended', stop: { reason: 'done' } },
  ]
  await store.log.append(runId, events, (await store.log.acquire(runId, 'test', 60_000)) ?? 0)
}

/** A conversation of two runs, four messages. */
async function conversation(store: Store): Promise<string> {
  const { sessionId } = await store.sessions.create({ model: 'scripted/model', title: 'Weaving' })
  await record(store, 'one', 'first')
  await store.sessions.addRun(sessionId, 'one')
  await record(store, 'two', 'second', [userMessage('first'), assistantMessage('first!')])
  await store.sessions.addRun(sessionId, 'two')
  return sessionId
}

const told = [
  { seq: 1, runId: 'one', message: userMessage('first') },
  { seq: 2, runId: 'one', message: assistantMessage('first!') },
  { seq: 3, runId: 'two', message: userMessage('second') },
  { seq: 4, runId: 'two', message: assistantMessage('second!') },
]

onEachDatabase((newTarget) => {
  describe('sessions', () => {
    test('number the messages of all their runs, each told once', async () => {
      const store = await open(newTarget())
      const sessionId = await conversation(store)

      const twice = [await store.sessions.messages(sessionId), await store.sessions.messages(sessionId)]

      expect(twice).toEqual([told, told])
    })

    test('give any stretch of their messages', async () => {
      const store = await open(newTarget())
      const sessionId = await conversation(store)
      await store.sessions.messages(sessionId)

      const stretches = await Promise.all(
        [{ after: 2 }, { after: 1, limit: 2 }, { after: 3, limit: 9 }, { after: 4 }, { limit: 0 }].map(
          (page) => store.sessions.messages(sessionId, page),
        ),
      )

      expect(stretches).toEqual([told.slice(2), told.slice(1, 3), told.slice(3), [], []])
    })

    test('keep the history that their first run was given', async () => {
      const store = await open(newTarget())
      const { sessionId } = await store.sessions.create({ model: 'scripted/model' })
      await record(store, 'run', 'and now', [userMessage('before')])
      await store.sessions.addRun(sessionId, 'run')

      expect((await store.sessions.messages(sessionId)).map(({ message }) => message)).toEqual([
        userMessage('before'),
        userMessage('and now'),
        assistantMessage('and now!'),
      ])
    })

    test('fork at a message: what comes before is shared, what comes after is their own', async () => {
      const store = await open(newTarget())
      const sessionId = await conversation(store)

      const fork = await store.sessions.fork(sessionId, 2)
      await record(store, 'other', 'instead', [userMessage('first'), assistantMessage('first!')])
      await store.sessions.addRun(fork.sessionId, 'other')

      expect(fork.parent).toEqual({ sessionId, seq: 2 })
      expect(await store.sessions.messages(fork.sessionId)).toEqual([
        ...told.slice(0, 2),
        { seq: 3, runId: 'other', message: userMessage('instead') },
        { seq: 4, runId: 'other', message: assistantMessage('instead!') },
      ])
      expect(await store.sessions.messages(fork.sessionId, { after: 3 })).toHaveLength(1)
      expect(await store.sessions.messages(sessionId)).toEqual(told)
    })

    test('refuse to fork at a message that is not there', async () => {
      const store = await open(newTarget())
      const sessionId = await conversation(store)

      await expect(store.sessions.fork(sessionId, 5)).rejects.toMatchObject({ code: 'config.invalid' })
      await expect(store.sessions.fork(sessionId, -1)).rejects.toMatchObject({ code: 'config.invalid' })
      expect((await store.sessions.fork(sessionId, 0)).parent).toEqual({ sessionId, seq: 0 })
    })

    test('are found by any part of their title, in any case, the last used first', async () => {
      const { sessions } = await open(newTarget())
      for (const title of ['100% Ünsinn', '100 percent', 'other_thing', 'otherXthing']) {
        await sessions.create({ sessionId: title, title, model: 'scripted/model' })
        await new Promise((resolve) => setTimeout(resolve, 2))
      }

      const found = await Promise.all(
        ['', '100%', 'ÜNS', 'R_T', 'nothing'].map(async (search) =>
          (await sessions.list({ search })).map(({ title }) => title),
        ),
      )

      expect(found).toEqual([
        ['otherXthing', 'other_thing', '100 percent', '100% Ünsinn'],
        ['100% Ünsinn'],
        ['100% Ünsinn'],
        ['other_thing'],
        [],
      ])
      expect((await sessions.list({ limit: 1, offset: 1 })).map(({ title }) => title)).toEqual([
        'other_thing',
      ])
    })

    test('are hidden by archiving, and by nothing else', async () => {
      const store = await open(newTarget())
      const sessionId = await conversation(store)

      await store.sessions.archive(sessionId)

      expect(await store.sessions.list()).toEqual([])
      expect(await store.sessions.list({ withArchived: true })).toHaveLength(1)
      expect(await store.sessions.messages(sessionId)).toEqual(told)
      await store.sessions.restore(sessionId)
      expect(await store.sessions.list()).toHaveLength(1)
    })

    test('say what they are, under the title they have now', async () => {
      const { sessions } = await open(newTarget())
      const made = await sessions.create({ sessionId: 'mine', title: 'Old', model: 'scripted/model' })

      await sessions.rename('mine', 'New')

      expect(made).toEqual({
        sessionId: 'mine',
        title: 'Old',
        model: 'scripted/model',
        parent: null,
        createdAtMs: expect.any(Number),
        updatedAtMs: made.createdAtMs,
        archivedAtMs: null,
        costMicroUsd: 0,
      })
      expect(await sessions.get('mine')).toMatchObject({ title: 'New' })
      expect(await sessions.list({ search: 'new' })).toHaveLength(1)
      expect(await sessions.get('nobody')).toBeNull()
      await expect(sessions.rename('nobody', 'x')).rejects.toMatchObject({ code: 'config.invalid' })
      await expect(sessions.create({ sessionId: 'mine', model: 'm' })).rejects.toMatchObject({
        code: 'config.invalid',
      })
    })

    test('keep the order of runs that are added at once, each once', async () => {
      const { sessions } = await open(newTarget())
      await sessions.create({ sessionId: 'mine', model: 'scripted/model' })

      await Promise.all(['a', 'b', 'c', 'a', 'b', 'c'].map((runId) => sessions.addRun('mine', runId)))

      expect((await sessions.runs('mine')).toSorted()).toEqual(['a', 'b', 'c'])
    })
  })
})
