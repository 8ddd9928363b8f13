import { optimizedHeap, parseProgram, referenceHeap, renderDivergence, runLockstep } from 'heapspec';

// Programs for what drawn ones reach in one of thousands: each told a planted fault from the right thing.

test.each([
  [
    'a span that gets room while a full one is swept is taken next',
    `config procs=2
     o1 = malloc 4096
     o2 = malloc 4096
     o3 = malloc 4096
     o4 = malloc 4096
     gcStart
     mark o1
     mark o2
     mark o3
     gcEnd distance 1000000000
     o5 = malloc 4096
     @1 sweepone cache 1
     query o5`,
  ],
  [
    'the search for pages begins again after each span that is swept',
    `config procs=4 maxHeapList=2
     o1 = malloc 32769
     o2 = malloc 32769
     o3 = malloc 32769
     o4 = malloc 1
     gcStart
     gcEnd distance 458753
     o5 = malloc 40961 cache 1
     @1 o6 = malloc 1`,
  ],
  [
    'cycles neither begin nor end inside of another operation',
    `config procs=2
     o1 = malloc 64
     gcStart
     mark o1
     gcEnd distance 1000000000
     sweepone
     @1 gcStart ! RangeError
     @1 gcEnd ! RangeError
     @1 gcStart ! RangeError`,
  ],
  [
    'the bytes behind a large object belong to nothing',
    `o1 = malloc 32769
     gcStart
     mark o1+32769 ! RangeError
     mark o1+32768 ! result
     gcEnd`,
  ],
  [
    'records of one object may stand apart, where an offset was cut to 16 bits',
    `o1 = malloc 27264
     o2 = malloc 27264
     o3 = malloc 27264
     setProfile o1+100 id 1
     addFinalizer o2 id 2
     addFinalizer o3+15472 id 3
     gcStart
     gcEnd`,
  ],
  [
    'a record of a span without objects may lie behind the last object of a later one',
    `s1 = alloc 2
     setProfile s1+8192 id 0
     free s1
     o2 = malloc 1
     gcStart
     gcEnd`,
  ],
  [
    'a record of a span without objects may keep alive what comes to lie there',
    `s1 = alloc 1
     addFinalizer s1 id 0
     free s1
     o2 = malloc 1
     gcStart
     gcEnd
     o3 = malloc 1`,
  ],
])('%s', (_, text) => {
  const program = parseProgram(text);
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, optimizedHeap], memory: true });
  expect(divergence && renderDivergence(program, divergence)).toBeUndefined();
});
