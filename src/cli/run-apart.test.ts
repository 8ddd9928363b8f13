import { parseProgram } from '../programs/index.js';
import { readTrace, recordProgram } from '../traces/index.js';
import { referenceHeap } from '../reference/index.js';
import type { Sighting } from './beacon.js';
import { HEAP_NAMES } from './heaps.js';
import { divergenceOf, mismatchOf, type Lost } from './run-apart.js';

const PROGRAM = parseProgram(`config procs=2
o1 = malloc 64
flush
gcStart
gcEnd distance 1048576
sweepone cache 1
@1 s2 = alloc 50 large
@1 free s2
tick 5s
`);

/** A job whose worker was ended while a heap performed an operation, or while none did. */
function lostAt(operation: number, index: number, calls = true): Lost {
  const heap = HEAP_NAMES.indexOf('optimized');
  const at: Sighting = {
    ticks: 9,
    commands: 8,
    operation,
    index,
    ...(calls && { call: { heap, errand: 'perform' } }),
  };
  return {
    kind: 'hung',
    why: 'made no progress',
    at,
    index: 0,
    job: { kind: 'generate', seed: 1, index: 0 },
  };
}

describe('a hang in a program', () => {
  test('is that of the command that was begun last', () => {
    expect(divergenceOf(lostAt(8, 7), PROGRAM, 500)).toEqual({
      kind: 'hang',
      heap: 'optimized',
      commandIndex: 7,
      operation: 8,
      command: PROGRAM.commands[7],
      message: 'optimized did not come back from the operation within 500 ms',
      differences: [],
    });
  });

  test('has with it all commands that may have run inside', () => {
    expect(divergenceOf(lostAt(5, 4), PROGRAM, 500)).toMatchObject({ commandIndex: 4, lastIndex: 6 });
    expect(divergenceOf(lostAt(6, 5), PROGRAM, 500)).toMatchObject({ commandIndex: 5, lastIndex: 6 });
    expect(divergenceOf(lostAt(7, 6), PROGRAM, 500)).not.toHaveProperty('lastIndex');
  });

  test('may come before the first command', () => {
    const found = divergenceOf(lostAt(0, -1), PROGRAM, 500);
    expect(found).toMatchObject({ commandIndex: -1, command: null });
    expect(found).not.toHaveProperty('lastIndex');
  });

  test('is none of a heap where no heap was at work', () => {
    expect(divergenceOf(lostAt(5, 4, false), PROGRAM, 500)).toBeUndefined();
  });
});

describe('a hang in a trace', () => {
  /** The trace of the program, up to whatever the reader wants. */
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const lines: string[] = [];
    recordProgram(PROGRAM, referenceHeap, (line) => lines.push(`${line}\n`), { statesEvery: 1 });
    for (const line of lines) yield await Promise.resolve(Buffer.from(line));
  }

  // Line 10 is the step of sweepone, and line 11 the state after it.
  test.each([
    ['in a step', 5, 10, { operation: 5, performed: { op: 'sweepone', p: 1 } }],
    [
      'in the first step inside of it',
      6,
      10,
      { operation: 5, nested: { path: 'claims[0].steps[0]', performed: { op: 'alloc' } } },
    ],
    [
      'in the second one',
      7,
      10,
      { operation: 5, nested: { path: 'claims[0].steps[1]', performed: { op: 'free' } } },
    ],
    ['in a state', 7, 11, { operation: 5, performed: { op: 'sweepone', p: 1 } }],
    ['behind those inside of another', 8, 12, { operation: 6, performed: { op: 'tick' } }],
    ['before the first step', 0, 1, { operation: 0 }],
  ])('%s', async (_where, operation, line, expected) => {
    const found = await mismatchOf(lostAt(operation, line), 'x', readTrace(bytes()), 500);
    expect(found).toMatchObject({ kind: 'hang', file: 'x', line, heap: 'optimized', ...expected });
    if (!('nested' in expected)) expect(found).not.toHaveProperty('nested');
  });
});
