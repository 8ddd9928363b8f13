import type { Divergence } from '../lockstep/index.js';
import { drawHeap, type HeapView } from './draw-heap.js';
import type { HeapViews } from './heap-views.js';
import type { Colours } from './terminal.js';

/** A heap's views under its name. */
export type NamedViews = HeapViews & { readonly name: string };

/** Around what is wrong: the heap that is at fault, and the one that shows what is expected. */
export interface PicturedFinding {
  readonly divergence: Divergence;
  /** Left out where no other heap says what is expected. */
  readonly expected?: NamedViews;
  readonly actual: NamedViews;
}

/**
 * Draws a heap before and after the operation at which something is wrong: as it should be, and, where it looks different,
 * as it is.
 *
 * @param columns - Width, in characters.
 */
export function drawFinding(
  { divergence: { operation, kind }, expected, actual }: PicturedFinding,
  columns: number,
  colours: Colours,
): string[] {
  const draw = (view: HeapView): string[] => drawHeap(view, columns, colours);
  const part = (title: string, view: HeapView | undefined, otherwise: string): string[] => [
    colours.bold(`--- ${title}`),
    ...(view === undefined ? [otherwise] : draw(view)),
    '',
  ];
  const lost = kind === 'hang' ? 'It did not come back.' : 'Nothing can be seen of it.';
  const [before, after] = [`before operation ${operation}`, `after operation ${operation}`];
  const first = expected ?? actual;
  const told = operation > 0 && first.before ? part(`${before}, on ${first.name}`, first.before, '') : [];
  if (expected === undefined) {
    return [...told, ...part(`${after}, as it is (${actual.name})`, actual.after, lost)];
  }
  const asExpected = part(`${after}, as it should be (${expected.name})`, expected.after, lost);
  const looksSame = actual.after && expected.after && sameLines(draw(actual.after), draw(expected.after));
  return [
    ...told,
    ...asExpected,
    ...(looksSame === true
      ? [`Drawn, ${actual.name} looks the same: what differs is told above.`, '']
      : part(`${after}, as it is (${actual.name})`, actual.after, lost)),
  ];
}

function sameLines(some: readonly string[], others: readonly string[]): boolean {
  return some.join('\n') === others.join('\n');
}
