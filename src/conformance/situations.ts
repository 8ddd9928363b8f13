import { runLockstep, ShapeCounter, type Divergence } from '../lockstep/index.js';
import { parseProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { CLAUSES } from './clauses/index.js';

/** Programs whose failing operation comes later are not run again to see its shapes. */
export const MOST_OPERATIONS = 20_000;

/** The shapes that the operation of a divergence goes through on the reference, with the command that it is inside of. */
export function shapesOf({ commands, ...setting }: Program, divergence: Divergence): ReadonlySet<string> {
  const { commandIndex, operation, lastIndex = commandIndex } = divergence;
  if (operation > MOST_OPERATIONS) return new Set();
  const shapes = new ShapeCounter();
  let before = shapes.counts;
  runLockstep(
    { ...setting, commands: commands.slice(0, lastIndex + 1) },
    {
      heaps: [referenceHeap],
      shapes,
      states: 'end',
      locate: false,
      invariants: [],
      onOperation: (_operation, index) => {
        if (index <= commandIndex) before = shapes.counts;
      },
    },
  );
  const reached = [...shapes.counts].filter(([name, count]) => count > (before.get(name) ?? 0));
  return new Set(reached.map(([name]) => name));
}

let examplesThrough: ReadonlyMap<string, number> | undefined = undefined;

/** How many examples of the specification go through a shape: the fewer, the more it tells of an operation that does. */
export function examplesOf(shape: string): number {
  examplesThrough ??= countExamples();
  return examplesThrough.get(shape) ?? 0;
}

function countExamples(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { example } of CLAUSES) {
    const shapes = new ShapeCounter();
    const program = parseProgram(example);
    runLockstep(program, { heaps: [referenceHeap], shapes, states: 'end', locate: false, invariants: [] });
    for (const name of Object.keys(shapes.toJSON())) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
