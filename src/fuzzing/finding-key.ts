import type { FuzzFailure } from './runner.js';

/** What failures have in common that are most probably one: how a heap failed, and the clause that it breaks first. */
export function keyOf({
  divergence: { kind, command },
  breakdown,
  clauses,
}: Pick<FuzzFailure, 'divergence' | 'breakdown' | 'clauses'>): string {
  return `${breakdown?.kind ?? kind} ${clauses[0] ?? command?.op ?? ''}`;
}
