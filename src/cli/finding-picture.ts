import type { Divergence } from '../lockstep/index.js';
import { drawHeap, type HeapView } from './draw-heap.js';
import type { HeapViews } from './heap-views.js';
import type { Colours } from './terminal.js';

/** Around what is wrong: the heap that is at fault, and the one that shows what is expected. */
export interface PicturedFinding {
  readonly divergence: Divergence;
  readonly expected: HeapViews & { readonly name: string };
  /** Left out where nothing can be seen of it. */
  readonly actual?: HeapViews & { readonly name: string };
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
  const nothing = 'Nothing can be seen of it.';
  const same =
    actual?.after !== undefined &&
    expected.after !== undefined &&
    draw(actual.after).join('\n') === draw(expected.after).join('\n');
  return [
    ...(expected.before && operation > 0
      ? part(`before operation ${operation}, on ${expected.name}`, expected.before, nothing)
      : []),
    ...part(`after operation ${operation}, as it should be (${expected.name})`, expected.after, nothing),
    ...(actual === undefined || same
      ? []
      : part(
          `after operation ${operation}, as it is (${actual.name})`,
          actual.after,
          kind === 'hang' ? 'It did not come back.' : nothing,
        )),
    ...(same ? [`Drawn, ${actual.name} looks the same: what differs is told above.`, ''] : []),
  ];
}
