import type { CaseOrigin } from './report.js';

/** Where a program came from, in words. */
export function describeOrigin(origin: CaseOrigin): string {
  switch (origin.kind) {
    case 'example':
      return `the example of ${origin.clause}`;
    case 'trace':
      return `the recording ${origin.trace}`;
    case 'generated':
      return `generated program ${origin.index + 1} of seed ${origin.seed}`;
    case 'given':
      return origin.index < 0 ? 'its start' : `given program ${origin.index + 1}`;
  }
}
