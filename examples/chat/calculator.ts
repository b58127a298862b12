import { ToolError, tool } from '@heddle/core'
import type { Tool } from '@heddle/core'

type Sum = {
  readonly a: number
  readonly operation: 'add' | 'subtract' | 'multiply' | 'divide'
  readonly b: number
}

/** `calculator`: one operation on two numbers, for models that are weak at arithmetic. */
export const calculator: Tool = tool({
  name: 'calculator',
  description: 'Adds, subtracts, multiplies or divides two numbers exactly as a computer does.',
  input: {
    type: 'object',
    properties: {
      a: { type: 'number' },
      operation: { type: 'string', enum: ['add', 'subtract', 'multiply', 'divide'] },
      b: { type: 'number' },
    },
    required: ['a', 'operation', 'b'],
    additionalProperties: false,
  },
  execute(input) {
    const { a, operation, b } = input as Sum
    switch (operation) {
      case 'add':
        return a + b
      case 'subtract':
        return a - b
      case 'multiply':
        return a * b
      case 'divide':
        if (b === 0) throw new ToolError('tool.failed', 'Division by zero has no result.')
        return a / b
      default:
        return operation satisfies never
    }
  },
})
