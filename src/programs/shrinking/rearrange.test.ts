import assert from 'node:assert/strict';
import { parseProgram } from '../text/parse-program.js';
import { printProgram } from '../text/print-program.js';
import { heapSpansOnly, keepInUse, mergeIntoEarlier, mergeIntoLater, mergeRows } from './rearrange.js';
import { shrinkProgram } from './shrink-program.js';
import type { Stage } from './stage.js';

/** What a stage proposes where nothing fails, each as its commands with semicolons between them. */
function proposals(stage: Stage, commands: string): string[] {
  const program = parseProgram(`${commands.replaceAll('; ', '\n')}\n`);
  return [...stage(program, [], false)].map(({ program: proposed }) =>
    printProgram(proposed).trimEnd().split('\n').slice(1).join('; '),
  );
}

describe('steps that leave other spans where they are', () => {
  it('merge a row of allocations into one, all or half of them', () => {
    assert.deepEqual(
      proposals(mergeRows, 's1 = alloc 3; s2 = alloc 4; query s2; s3 = alloc 5; s4 = alloc 6'),
      [
        's1 = alloc 18',
        's1 = alloc 7; s3 = alloc 5; s4 = alloc 6',
        's1 = alloc 3; s2 = alloc 4; query s2; s3 = alloc 11',
      ],
    );
    assert.deepEqual(proposals(mergeRows, 's1 = alloc 3; s2 = alloc 4; free s2'), []);
    assert.deepEqual(proposals(mergeRows, 's1 = alloc 3; freeOSMemory'), []);
  });

  it('give the pages of a lifetime to the allocation before it', () => {
    assert.deepEqual(
      proposals(mergeIntoEarlier, 's1 = alloc 3; s2 = allocStack 4; freeStack s2; s3 = alloc 5'),
      ['s1 = alloc 3; s2 = allocStack 9; freeStack s2', 's1 = alloc 7; s3 = alloc 5'],
    );
  });

  it('give the pages of a lifetime to the allocation behind it', () => {
    assert.deepEqual(proposals(mergeIntoLater, 's1 = alloc 3; s2 = alloc 4; free s2; s3 = alloc 5'), [
      's1 = alloc 3; s3 = alloc 9',
      's2 = alloc 7; free s2; s3 = alloc 5',
    ]);
  });

  it('leave alone what is no number of pages', () => {
    assert.deepEqual(
      proposals(mergeIntoEarlier, 's1 = alloc "3"; s2 = alloc 4; free s2; s3 = alloc 1.5'),
      [],
    );
  });

  it('keep a span in use instead of freeing it and allocating as much again', () => {
    assert.deepEqual(
      proposals(
        keepInUse,
        's1 = alloc 3; s2 = alloc 4; free s1; free s2; s3 = alloc 4; s4 = alloc 3; free s4; query s3',
      ),
      [
        's1 = alloc 3; s2 = alloc 4; free s2; s3 = alloc 4; free s1; query s3',
        's1 = alloc 3; s2 = alloc 4; free s1; s4 = alloc 3; free s4; query s2',
      ],
    );
  });

  it('make spans of stacks spans of the heap, which leave dirt as stacks do', () => {
    assert.deepEqual(
      proposals(heapSpansOnly, 's1 = allocStack 3; s2 = allocStack 4; freeStack s1; query s2'),
      [
        's1 = alloc 3; s2 = alloc 4; free s1 dirty; query s2',
        's1 = allocStack 3; s2 = alloc 4; freeStack s1; query s2',
        's1 = alloc 3; s2 = allocStack 4; free s1 dirty; query s2',
      ],
    );
  });

  it('find one allocation where only the sum of all pages matters', () => {
    const pages = (program: ReturnType<typeof parseProgram>): number =>
      program.commands.reduce((sum, command) => sum + ('npages' in command ? Number(command.npages) : 0), 0);
    const single = parseProgram('s1 = alloc 1\n');
    const [command] = single.commands;
    const commands = Array.from({ length: 150 }, (_, i) => ({ ...command, handle: i + 1 }));
    const { program, minimal } = shrinkProgram({ ...single, commands }, (one) => pages(one) >= 129);
    assert.equal(printProgram(program), '# heapspec program\ns1 = alloc 129\n');
    assert.ok(minimal);
  });
});
