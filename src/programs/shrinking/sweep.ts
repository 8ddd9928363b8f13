import type { Program } from '../program.js';
import type { Position, Step } from './stage.js';

/**
 * Goes through `count` parts of a program from the last to the first and tries to do without each, in runs as long
 * as it dares: a run that can't go is halved until the one part in it that is needed is found; how many went before
 * it says how long the next run should be. One by one where nothing can go, so that then each was tried by itself.
 *
 * @param guess - how many parts it dares to take first.
 * @param settled - parts at the end that are not tried.
 * @param dropped - the program without the parts from `from` up to, not with, `to`; the others keep their order.
 */
export function* sweep(
  parts: { readonly count: number; readonly guess: number; readonly settled?: number },
  position: Position,
  dropped: (from: number, to: number) => Program,
): Generator<Step> {
  const { count, guess, settled = 0 } = parts;
  // end: the parts from here on are done with. doubtful: of that many before it, one is needed, or 0 where nothing is
  // known. went: parts that could go since the last one that is needed. daring: length of the next run.
  let [end = count - settled, doubtful = 0, went = 0, daring = guess] = position;
  while (end > 0) {
    if (doubtful === 1) {
      end--;
      doubtful = 0;
      daring = (daring + 3 * went) / 4;
      went = 0;
      continue;
    }
    const length = doubtful > 0 ? Math.floor(doubtful / 2) : Math.min(end, Math.max(1, Math.round(daring)));
    const from = end - length;
    const next =
      doubtful > 0
        ? [doubtful - length, went + length, daring]
        : [0, went + length, 2 * Math.max(daring, length)];
    yield { program: dropped(from, end), position: [from, ...next] };
    doubtful = length;
  }
}
