import { expect, test } from 'vitest'
import { isMarkerComment } from '../../src/offline/comment-lines.ts'

const WORDS = ['TODO', 'FIXME']

test.each([
  ['a.ts', '// TODO: x'],
  ['a.ts', 'run() // TODO'],
  ['a.ts', "const a = 'x' // TODO"],
  ['a.ts', '/* FIXME */'],
  ['a.ts', ' * TODO in a doc comment'],
  ['a.ts', '   TODO: on a line of its own'],
  ['a.rs', "fn f<'a>() {} // TODO"],
  ['a.py', 'x = 1  # TODO'],
  ['a.py', '    TODO: in a docstring'],
  ['a.sql', 'select 1 -- TODO'],
  ['a.lua', '-- TODO'],
  ['a.html', '<p><!-- TODO --></p>'],
  ['a.css', '/* TODO */'],
  ['a.md', '- [ ] TODO: write'],
  ['a.md', '<!-- TODO -->'],
  ['Makefile', '# TODO'],
  ['a.unknown', '; TODO'],
])('takes a line of %s for a comment: %s', (path, text) => {
  expect(isMarkerComment({ path, line: 1, text }, WORDS)).toBe(true)
})

test.each([
  ['a.ts', "const title = 'TODO list'"],
  ['a.ts', 'const TODO = 1'],
  ['a.ts', '  TODO = 1,'],
  ['a.ts', "  TODO: 'todo',"],
  ['a.ts', 'log("see // TODO")'],
  ['a.ts', 'fetch(http://x/TODO)'],
  ['a.py', 'color = "#TODO"'],
  ['a.md', 'How to search for TODO comments'],
  ['a.ts', 'mastodon todos'],
])('takes a line of %s for a mention: %s', (path, text) => {
  expect(isMarkerComment({ path, line: 1, text }, WORDS)).toBe(false)
})
