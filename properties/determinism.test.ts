import fc from 'fast-check';
import {
  heapPrograms,
  optimizedHeap,
  parseProgram,
  printProgram,
  recordProgram,
  referenceHeap,
  type HeapFactory,
  type Program,
} from 'heapspec';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { forAllPrograms, SEED } from './for-all-programs.js';

const HEAPS = [referenceHeap, optimizedHeap];

function draw(seed: number): string[] {
  return fc.sample(heapPrograms({ maxCommands: 200 }), { seed, numRuns: 40 }).map(printProgram);
}

/** A digest of everything that a heap does in a program: outcomes, statistics, and every state. */
function digest(program: Program, heap: HeapFactory): string {
  const lines: string[] = [];
  recordProgram(program, heap, (line) => lines.push(`${line}\n`), { statesEvery: 1 });
  return createHash('sha256').update(lines.slice(1).join('')).digest('hex').slice(0, 16);
}

test('a seed gives the same programs whatever was drawn before, and another seed gives others', () => {
  const first = draw(SEED);
  const others = draw(SEED + 1);
  assert.deepEqual(draw(SEED), first);
  assert.notDeepEqual(others, first);
});

test('a program does the same each time it runs, and so does the program that its text says', async () => {
  await forAllPrograms({ maxCommands: 150, misuse: 0.2 }, 60, (program) => {
    for (const heap of HEAPS) {
      const once = digest(program, heap);
      assert.equal(digest(program, heap), once);
      assert.equal(digest(parseProgram(printProgram(program)), heap), once);
    }
  });
});

// A stored program has to mean the same in every later version, down to which requests its host refuses. The digest
// changes only if that promise is broken, or if a heap is found to have been wrong.
test('a program that was written down means what it always has', () => {
  const program = parseProgram(`
config physPageSize=16384 arenaPages=1000
host seed=2024 refusals=0.5
s1 = alloc 5 large needzero
s2 = allocStack 4
s3 = alloc 3 class 45
s4 = alloc 200 large
s5 = alloc 129 needzero
s6 = alloc 500 large
tick 5m
addFinalizer s4+8 id 7
free s1 dirty
freeStack s2
free s3
scavenge 60s
s7 = alloc 6 needzero
query s7+100
query nil
setProfile s4 id 9
removeFinalizer s4+8
tick 10s
freeOSMemory
free s7
`);
  for (const heap of HEAPS) assert.equal(digest(program, heap), '50dd7707187975d0', heap.name);
});
