import fc from 'fast-check';
import { heapCommands, HeapModel, PAGE_SIZE, type PerformingHeap } from 'heapspec';
import { FirstFitHeap } from './first-fit-heap';

const config = { arenaPages: 600 };

// Every run draws the same programs. Leave the seed out to draw others each time.
const options = { seed: 1 };

// Allocations and frees are all that this heap knows; the third arbitrary has everything else.
const [allocations, frees] = heapCommands();
const programs = fc.commands([allocations, frees], { maxCommands: 100, size: 'max' });

/** The property: whatever the program, all results make sense. It fails where spans overlap, or leave the arena. */
function worksAlways(makeHeap: () => PerformingHeap) {
  return fc.property(programs, (commands) => {
    fc.modelRun(() => ({ model: new HeapModel(config), real: makeHeap() }), commands);
  });
}

test('the spans of a first-fit heap never overlap', () => {
  fc.assert(
    worksAlways(() => new FirstFitHeap(config.arenaPages)),
    options,
  );
});

test('a heap that measures gaps wrongly is found', () => {
  class Careless extends FirstFitHeap {
    /** A page too few. */
    protected override firstGap(bytes: number): number {
      return super.firstGap(bytes - PAGE_SIZE);
    }
  }
  const details = fc.check(
    worksAlways(() => new Careless(config.arenaPages)),
    options,
  );
  expect(details.failed).toBe(true);
});
