import { referenceHeap } from '../reference/index.js';
import { recordProgram, readTrace, replayTrace } from '../traces/index.js';
import { heapCommands, heapPrograms, parseProgram, shrinkProgram } from './index.js';

// What JavaScript lets through, types or not.

type Loose = (...args: readonly unknown[]) => unknown;

const PROGRAM = parseProgram('s1 = alloc 5 large');
const fails = (): boolean => true;
const sink = (): void => undefined;

test.each<[name: string, call: unknown, args: readonly unknown[], says: string]>([
  [
    'heapPrograms',
    heapPrograms,
    [{ misue: 0 }],
    'heapPrograms has no option misue (did you mean misuse?): it has level, minCommands, ',
  ],
  ['heapPrograms', heapPrograms, [{ commands: undefined }], 'heapPrograms has no option commands'],
  ['heapPrograms', heapPrograms, [{ maxCommands: '9' }], 'maxCommands must be a number, not the text "9"'],
  ['heapPrograms', heapPrograms, [{ refusals: 0 }], 'refusals must be true or false, not 0'],
  ['heapPrograms', heapPrograms, [{ config: null }], 'config must be an object, not null'],
  ['heapPrograms', heapPrograms, [100], 'the options of heapPrograms must be an object, not 100'],
  [
    'heapCommands',
    heapCommands,
    [{ maxPage: 9 }],
    'heapCommands has no option maxPage (did you mean maxPages?)',
  ],
  ['heapCommands', heapCommands, [{ maxPages: '9' }], 'maxPages must be a number, not the text "9"'],
  [
    'shrinkProgram',
    shrinkProgram,
    [PROGRAM, fails, { maxRun: 5 }],
    'shrinkProgram has no option maxRun (did you mean maxRuns?)',
  ],
  [
    'shrinkProgram',
    shrinkProgram,
    [PROGRAM, fails, { maxRuns: NaN }],
    'maxRuns must be a number of runs, at least 1, not NaN',
  ],
  [
    'shrinkProgram',
    shrinkProgram,
    [PROGRAM, fails, { onProgress: true }],
    'onProgress must be a function, not true',
  ],
  [
    'shrinkProgram',
    shrinkProgram,
    [PROGRAM],
    'shrinkProgram needs a function that says whether a program fails',
  ],
  ['recordProgram', recordProgram, ['tick 5', referenceHeap, sink], 'recordProgram needs a program'],
  ['recordProgram', recordProgram, [PROGRAM, {}, sink], 'recordProgram: factory must be a heap factory'],
  [
    'recordProgram',
    recordProgram,
    [PROGRAM, referenceHeap],
    'recordProgram needs a function that takes the lines',
  ],
  [
    'recordProgram',
    recordProgram,
    [PROGRAM, referenceHeap, sink, { stateEvery: 1 }],
    '(did you mean statesEvery?)',
  ],
])('%s refuses what is wrong: %#', (_, call, args, says) => {
  expect(() => (call as Loose)(...args)).toThrow(TypeError);
  expect(() => (call as Loose)(...args)).toThrow(says);
});

test.each<[name: string, call: () => unknown, says: string]>([
  [
    'a program',
    () => (replayTrace as Loose)(PROGRAM, referenceHeap),
    'replayTrace needs the records of a trace, as readTrace gives them, not an object',
  ],
  ['a path', () => (replayTrace as Loose)('x.jsonl', referenceHeap), 'not the text "x.jsonl"'],
  ['no heap', () => (replayTrace as Loose)([]), 'replayTrace: factory must be a heap factory'],
  [
    'a misspelt option',
    () => readTrace('x', { maxByte: 5 } as object).next(),
    'readTrace has no option maxByte (did you mean maxBytes?)',
  ],
])('traces are not read from %s', async (_, call, says) => {
  await expect(call()).rejects.toThrow(TypeError);
  await expect(call()).rejects.toThrow(says);
});
