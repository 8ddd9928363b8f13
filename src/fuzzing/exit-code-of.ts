import type { FuzzSummary } from './report.js';

/** What runs end with: a heap that was seen to be wrong is not hidden behind anything else. */
export function exitCodeOf({
  findings,
  troubles,
  unreadable,
}: Pick<FuzzSummary, 'findings' | 'troubles' | 'unreadable'>): FuzzSummary['exitCode'] {
  if (findings.length > 0) return 1;
  if (troubles.length > 0) return 3;
  return unreadable.length > 0 ? 2 : 0;
}
