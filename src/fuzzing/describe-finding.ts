import { formatCount, formatMany } from './format.js';
import type { FuzzOrigin } from './report.js';

/** Where a failing program is from, in words. */
export function describeFound(from: FuzzOrigin): string {
  switch (from.kind) {
    case 'regression':
      return `the regression ${from.file}`;
    case 'corpus':
      return `${from.file} of the corpus`;
    case 'drawn':
      return `program ${from.run} of seed ${from.seed}`;
    case 'mutated':
      return `program ${from.run} of seed ${from.seed}, made of others`;
  }
}

/** What shrinking did to a program. */
export interface Shrinking {
  /** Commands before. */
  readonly from: number;
  /** Commands after. */
  readonly to: number;
  /** Programs that were run on the way. */
  readonly runs: number;
  /** Whether it is proven that nothing smaller fails. */
  readonly minimal: boolean;
}

/** What shrinking did to a program, in words. */
export function describeShrinking({ from, to, runs, minimal }: Shrinking): string {
  if (runs === 0) return 'not shrunk';
  const commands = `${formatCount(from)} to ${formatMany(to, 'command')}`;
  const proof = minimal ? 'proven minimal' : 'not proven minimal';
  return `shrunk from ${commands} in ${formatMany(runs, 'run')}, ${proof}`;
}
