import { expect, test } from 'vitest'
import { readCommand } from '../../src/capture/read-command.ts'

const ok = (text: string): string => `${text}\n[exit code 0, 0.1 s]`
const failed = (text: string, code = 1): string => `${text}\n[exit code ${code}, 0.1 s]`

test.each([
  ['npm test', ok(''), true, ''],
  ['npm run test:unit -- --watch=false', failed('boom'), false, 'exit code 1'],
  [
    'cd web && CI=1 npx vitest run cache',
    failed(' FAIL  cache.test.ts > evicts\nAssertionError: expected 1 to be 2'),
    false,
    'AssertionError: expected 1 to be 2',
  ],
  [
    'pnpm exec jest 2>&1 | tail -20',
    ok('Tests:       1 failed, 3 passed, 4 total'),
    false,
    'Tests: 1 failed, 3 passed, 4 total',
  ],
  ['node --test', failed('not ok 1 - adds\n# pass 0\n# fail 1'), false, 'not ok 1 - adds'],
  ['node --test; echo done', ok('# pass 1\n# fail 0\ndone'), true, ''],
  ['python -m pytest -q', failed('E   assert 1 == 2\n1 failed in 0.1s'), false, 'assert 1 == 2'],
  [
    'cargo test --workspace',
    failed("thread 'tests::adds' panicked at src/lib.rs:9\ntest result: FAILED. 0 passed; 1 failed", 101),
    false,
    "thread 'tests::adds' panicked at src/lib.rs:9",
  ],
  ['go test ./...', ok('ok  \texample.com/sum\t0.1s'), true, ''],
  ['timeout 60 make test', ok('all fine'), true, ''],
  ['npm test && npm run deploy', failed('# pass 3\n# fail 0\nno permission'), true, ''],
  ['npm test -- --grep "a; b | c"', ok('3 passing'), true, ''],
])('%j that prints %j', (command, output, hasPassed, summary) => {
  const [event, ...others] = readCommand(command, output)
  expect(others).toEqual([])
  expect(event).toMatchObject({ kind: 'tests', hasPassed, summary })
})

test.each([
  ['ls', ok('a')],
  ['echo npm test', ok('npm test')],
  ['cat test.log | grep failed', ok('3 failed')],
  ['npm test | cat', ok('something else')],
  ['pytest', failed('no tests ran', 5)],
  ['npm test', failed('npm error Missing script: "test"')],
  ['vitest', failed('sh: vitest: command not found', 127)],
  ['npm test', 'x\n[timed out after 120.0 s; the command and all it had started were killed]'],
  ['npm install --save-dev vitest', ok('added 1 package')],
  ['npm test', 'Error (tool.denied): no'],
])('%j that prints %j says nothing', (command, output) => {
  expect(readCommand(command, output)).toEqual([])
})

test('reads what other shells tell as an object', () => {
  expect(readCommand('npm test', { exitCode: 1, stdout: '', stderr: '1 failing' })).toMatchObject([
    { kind: 'tests', hasPassed: false, summary: '1 failing' },
  ])
})

test.each([
  ['git commit -m "Sum integers"', '[main 37456ff] Sum integers\n 1 file changed', '37456ff', 'Sum integers'],
  ['git add -A && git -C web commit -qm x || true', '[detached HEAD 37456ff] x', '37456ff', 'x'],
  ['git commit -m first', '[main (root-commit) 37456ff] first', '37456ff', 'first'],
])('%j makes a commit', (command, text, hash, subject) => {
  expect(readCommand(command, ok(text))).toEqual([{ kind: 'commit', hash, subject }])
})

test.each([
  'git checkout -- a.ts',
  'git restore .',
  'git reset --hard HEAD~1',
  'git stash',
  'git revert --no-edit HEAD',
])('%j takes changes back', (command) => {
  expect(readCommand(command, ok(''))).toEqual([{ kind: 'revert', command }])
})

test.each([
  'git checkout main',
  'git reset a.ts',
  'git stash pop',
  'git status',
  'git commit --amend --no-edit',
])('%j, without a line that says so, does neither', (command) => {
  expect(readCommand(command, ok('nothing to commit'))).toEqual([])
})
