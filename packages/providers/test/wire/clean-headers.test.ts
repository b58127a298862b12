import { ConfigError } from '@heddle/core'
import { expect, test } from 'vitest'
import { cleanHeaders } from '../../src/wire/clean-headers.ts'

test('puts headers together, the last of a name wins, whatever its letters', () => {
  expect(cleanHeaders('fake', { Accept: 'a', 'x-one': '1' }, {}, { accept: 'b', 'X-Two': ' 2\t' })).toEqual({
    accept: 'b',
    'x-one': '1',
    'x-two': '2',
  })
})

test('takes a key that was read from a file with its line break', () => {
  expect(cleanHeaders('fake', { authorization: 'Bearer sk-key\r\n' })).toEqual({
    authorization: 'Bearer sk-key',
  })
})

test.each([
  ['authorization', 'Bearer sk-secret\nHost: elsewhere'],
  ['authorization', 'Bearer sk-secret\0'],
  ['authorization', 'Bearer sk-secret…'],
  ['x y', 'sk-secret'],
  ['', 'sk-secret'],
])('refuses the header %j with a sentence that does not repeat its value', (name, value) => {
  expect(() => cleanHeaders('fake', { [name]: value })).toThrow(
    new ConfigError(
      'config.invalid',
      `The header "${name}" for fake holds a character that cannot be sent; look for a line break or a foreign letter in the API key or the headers`,
    ),
  )
})
