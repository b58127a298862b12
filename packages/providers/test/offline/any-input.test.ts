import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDiff } from '../../src/offline/diff.ts'
import { parseIntent } from '../../src/offline/intents.ts'
import { offlineModel } from '../../src/offline.ts'
import { converse } from './converse.ts'

const WORDS =
  `find list show count how many what is explain the in of src a.ts *.md README "x y" ' /a.b/ TODO todos files folders
   lines 1-3 last 5 where used defined which contain \u0000 \ud83d ( [ \` \`\`\` \n\n @@ +++ diff --git`.split(
    ' ',
  )
const question = fc.array(fc.constantFrom(...WORDS), { maxLength: 9 }).map((words) => words.join(' '))
const prompt = fc.oneof(question, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
const output = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        'a.ts:1:x',
        'a.ts:3',
        'src/a.ts',
        '     1\tx',
        '[showing 1 of 9 files; x]',
        'No matches for x.',
        '',
      ),
    )
    .map((lines) => lines.join('\n')),
)

test('finds an intent for any prompt', () => {
  fc.assert(
    fc.property(prompt, (text) => {
      expect(parseIntent(text)).toHaveProperty('kind')
    }),
    { numRuns: 2000 },
  )
})

test('answers within three rounds whatever the tools print or however they fail', async () => {
  const model = offlineModel()
  await fc.assert(
    fc.asyncProperty(
      question,
      fc.array(fc.oneof(output, fc.constant(null)), { minLength: 1 }),
      async (text, outputs) => {
        let calls = 0
        const answer = (): string => {
          const printed = outputs[calls++ % outputs.length]
          if (printed === null || printed === undefined) throw new Error('It broke.')
          return printed
        }

        const { rounds, text: said } = await converse(model, text, {
          glob: answer,
          grep: answer,
          read_file: answer,
        })

        expect(rounds.length).toBeLessThanOrEqual(3)
        // The announcement is not the whole answer.
        expect(said.split('\n').slice(2).join('').trim()).not.toBe('')
      },
    ),
    { numRuns: 1000 },
  )
})

test('reads any text as a diff without failing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '@@ -1,2 +1,9 @@',
          '+a',
          '-b',
          ' c',
          '--- a/x',
          '+++ b/y',
          'diff --git a/x b/y',
          '\\ No newline',
          '',
        ),
      ),
      (lines) => {
        for (const file of parseDiff(lines.join('\n')))
          expect(file.added.every(({ line }) => line >= 1)).toBe(true)
      },
    ),
  )
})
