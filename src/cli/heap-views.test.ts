import assert from 'node:assert/strict';
import type { Divergence } from '../lockstep/index.js';
import { parseProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory, State } from '../spec/index.js';
import { heapViews, type HeapViews } from './heap-views.js';

/** A finding at a command of which only the place is of account. */
function findingAt({ commands }: Program, commandIndex: number, lastIndex = commandIndex): Divergence {
  return {
    kind: 'state',
    heap: 'optimized',
    commandIndex,
    lastIndex,
    operation: commandIndex + 1,
    command: commands[commandIndex],
    message: '',
    differences: [],
  };
}

function inUse({ before, after }: HeapViews): (number | undefined)[] {
  return [before, after].map((view) => view?.statistics.heap_inuse);
}

test('a heap is seen right before an operation, and right after it', () => {
  const program = parseProgram('s1 = alloc 1\ns2 = alloc 2\nfree s1\ntick 1s');
  assert.deepEqual(inUse(heapViews(program, findingAt(program, 1), referenceHeap)), [8192, 3 * 8192]);
  assert.deepEqual(inUse(heapViews(program, findingAt(program, 2), referenceHeap)), [3 * 8192, 2 * 8192]);
});

test('an operation inside of another one is seen in its midst, and when all is done', () => {
  const program = parseProgram(
    'config procs=2\nmalloc 64\ngcStart\ngcEnd distance 1\nsweepone\n@1 alloc 3\n@1 alloc 4\ntick 1s',
  );
  const inside = program.commands.findIndex(({ op }) => op === 'alloc');
  const views = heapViews(program, findingAt(program, inside, inside + 1), referenceHeap);
  assert.deepEqual(inUse(views), [8192, 7 * 8192]);
});

test('a heap is not asked for its state at every operation', () => {
  const program = parseProgram(`s1 = alloc 1\n${'tick 1s\n'.repeat(100)}free s1`);
  let asked = 0;
  const counting: HeapFactory = {
    name: 'counting',
    create: (config, host) => {
      const heap = referenceHeap.create(config, host);
      const state = heap.state.bind(heap);
      heap.state = (): State => {
        asked++;
        return state();
      };
      return heap;
    },
  };
  assert.deepEqual(inUse(heapViews(program, findingAt(program, 101), counting)), [8192, 0]);
  assert(asked < 10, `${asked} times`);
});
