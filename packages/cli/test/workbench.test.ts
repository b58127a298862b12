import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { modelNotice } from '../src/workbench.ts'

test('the notice on the model shows control characters of its name, which a project may have chosen', () => {
  const model = { ...scriptedModel([]), id: 'openai/\u001b]52;c;eA==\u0007x' }

  expect(modelNotice(model, 'config')).toBe('model openai/␛]52;c;eA==␇x (config)')
})
