import assert from 'node:assert/strict';
import { parseProgram } from '../text/parse-program.js';
import { fingerprint, Memory } from './memory.js';

describe('a memory', () => {
  test('knows what it was told, and what those before it knew when it was forked', () => {
    const first = new Memory();
    first.add(1);
    const second = first.fork();
    first.add(2);
    second.add(3);
    const third = second.fork();
    second.add(4);
    const known = [first, second, third].map((memory) => [1, 2, 3, 4].filter((tried) => memory.has(tried)));
    assert.deepEqual(known, [
      [1, 2],
      [1, 3, 4],
      [1, 3],
    ]);
  });

  test('does not mind to be told twice', () => {
    const memory = new Memory();
    memory.add(1);
    memory.add(1);
    memory.add(2);
    assert.ok(memory.fork().has(2));
  });
});

describe('a fingerprint', () => {
  const of = (text: string): number => fingerprint(parseProgram(text));

  test('does not see the names of handles', () => {
    const text = 's1 = alloc 1\ns2 = alloc 2\nquery s1+8\nfree s2';
    assert.equal(of(text), of(text.replaceAll('s1', 's77').replaceAll('s2', 's1')));
  });

  test('sees everything else', () => {
    const texts = [
      '',
      'freeOSMemory',
      'freeOSMemory\nfreeOSMemory',
      'freeOSMemory ! result',
      'config procs=2',
      'config maxHeapList=2',
      'host seed=1',
      'host refusals=1',
      'tick 1s',
      'tick 1m',
      'tick "1m"',
      'query @1',
      'query nil',
      's1 = alloc 1',
      's1 = alloc 1 large',
      's1 = alloc 1\ns2 = alloc 1\nfree s1',
      's1 = alloc 1\ns2 = alloc 1\nfree s2',
      's1 = alloc 1\nfree s1\ns2 = alloc 1',
      's1 = alloc 1\nfree s1+1\ns2 = alloc 1',
      's1 = alloc 1\nfree @1\ns2 = alloc 1',
      's1 = alloc 1\nquery s1',
      'o1 = malloc 1\nquery o1',
      'sweepone\ntick 1s',
      'sweepone\n@1 tick 1s',
      'sweepone\n@2 tick 1s',
      'sweepone\n@1 sweepone\n@1 tick 1s',
      'sweepone\n@1 sweepone\n@1.1 tick 1s',
    ];
    assert.equal(new Set(texts.map(of)).size, texts.length);
  });
});
