import type { FuzzOrigin } from './report.js';
import type { FuzzFailure, ShrunkFailure } from './runner.js';

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

/** What shrinking did to a program, in words. */
export function describeShrunk(
  { program }: Pick<FuzzFailure, 'program'>,
  { program: small, runs, minimal }: Pick<ShrunkFailure, 'program' | 'runs' | 'minimal'>,
): string {
  if (runs === 0) return 'not shrunk';
  const [before, after] = [program, small].map(({ commands }) => commands.length.toLocaleString('en-US'));
  const proof = minimal ? 'proven minimal' : 'not proven minimal';
  return `shrunk from ${before} to ${after} commands in ${runs.toLocaleString('en-US')} runs, ${proof}`;
}
