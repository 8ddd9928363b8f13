import pc from 'picocolors';
import type { Divergence } from '../lockstep/index.js';
import { drawHeap, type HeapView } from './draw-heap.js';
import type { HeapViews } from './heap-views.js';

/** A heap's views under its name. */
export type NamedViews = HeapViews & { readonly name: string };

/** Around what is wrong: the heap that is at fault, and the one that shows what is expected. */
export interface PicturedFinding {
  readonly divergence: Divergence;
  /** Left out where no other heap says what is expected. */
  readonly expected?: NamedViews;
  readonly actual: NamedViews;
}

/** Characters of a line. */
const COLUMNS = 80;

/** Pictures stand in reports too. */
const PLAIN = pc.createColors(false);

/**
 * Draws a heap before and after the operation at which something is wrong: as it should be, and, where it looks different,
 * as it is.
 */
export function drawFinding({
  divergence: { operation, kind },
  expected,
  actual,
}: PicturedFinding): string[] {
  const lost = kind === 'hang' ? 'It did not come back.' : 'Nothing can be seen of it.';
  const draw = (view: HeapView | undefined): string[] =>
    view === undefined ? [lost] : drawHeap(view, COLUMNS, PLAIN);
  const part = (title: string, lines: readonly string[]): string[] => [`--- ${title}`, ...lines, ''];
  const [before, after] = [`before operation ${operation}`, `after operation ${operation}`];
  const first = expected ?? actual;
  const told = operation > 0 && first.before ? part(`${before}, on ${first.name}`, draw(first.before)) : [];
  const asItIs = draw(actual.after);
  const isPart = part(`${after}, as it is (${actual.name})`, asItIs);
  if (expected === undefined) return [...told, ...isPart];
  const asItShouldBe = draw(expected.after);
  const looksSame =
    actual.after !== undefined &&
    expected.after !== undefined &&
    asItIs.join('\n') === asItShouldBe.join('\n');
  return [
    ...told,
    ...part(`${after}, as it should be (${expected.name})`, asItShouldBe),
    ...(looksSame ? [`Drawn, ${actual.name} looks the same: what differs is told above.`, ''] : isPart),
  ];
}
