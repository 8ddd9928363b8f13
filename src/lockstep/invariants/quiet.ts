import type { Statistics } from '../../spec/index.js';

/** Whether nothing was swept between two looks at a heap that lie one operation apart. */
export function isQuiet(now: Statistics, before: Statistics): boolean {
  return now.sweepgen === before.sweepgen && now.pagesSwept === before.pagesSwept;
}
