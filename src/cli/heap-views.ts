import { runLockstep, type Divergence } from '../lockstep/index.js';
import type { Command, Program } from '../programs/index.js';
import type { Heap, HeapFactory } from '../spec/index.js';
import type { HeapView } from './draw-heap.js';

/** A heap around the operation at which something is wrong. */
export interface HeapViews {
  /** Before it. */
  readonly before?: HeapView;
  /** After it; absent where the heap did not survive it, or can't be looked at. */
  readonly after?: HeapView;
}

/** Begins after all others, and changes nothing: at its end a run asks heaps for more, which leaves traces. */
const AT_THE_END: Command = { op: 'tick', ns: 0 };

/**
 * Runs a program on one heap up to the operation at which something is wrong, and looks at it before and after that.
 *
 * @param factory - Makes the heap; one that does not come back from the operation (`hang`) is not asked to perform it.
 */
export function heapViews(
  { commands, ...setting }: Program,
  { commandIndex, lastIndex = commandIndex, kind, heap: faulty }: Divergence,
  factory: HeapFactory,
): HeapViews {
  let heap: Heap | undefined;
  const watched: HeapFactory = {
    name: factory.name,
    create: (config, host) => (heap = factory.create(config, host)),
  };
  const hangs = kind === 'hang' && factory.name === faulty;
  const end = hangs ? commandIndex : lastIndex + 1;
  let before: HeapView | undefined;
  let after: HeapView | undefined;
  runLockstep(
    { ...setting, commands: [...commands.slice(0, Math.max(end, 0)), AT_THE_END] },
    {
      heaps: [watched],
      states: 'end',
      locate: false,
      invariants: [],
      onOperation: (_operation, index) => {
        if (index === commandIndex) before = viewOf(heap);
        if (index === end && !hangs) after = viewOf(heap);
      },
    },
  );
  if (!hangs) after ??= viewOf(heap);
  return { ...(before && { before }), ...(after && { after }) };
}

function viewOf(heap: Heap | undefined): HeapView | undefined {
  if (heap === undefined) return undefined;
  try {
    return { config: heap.config, state: heap.state(), statistics: heap.statistics() };
  } catch {
    // A heap that fails may fail here too: then there is nothing to be seen of it.
    return undefined;
  }
}
