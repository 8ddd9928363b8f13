import { runLockstep, type Divergence, type DivergenceKind } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { TraceMismatch, TraceRecord } from '../traces/index.js';
import { CLAUSES, type Clause } from './clauses/index.js';
import { programOf } from './programs-of-traces.js';
import { LEEWAY, scoreOf } from './score-clause.js';
import { asObserved, asObservedInTrace, type Signs } from './signs.js';
import { MOST_OPERATIONS, shapesOf } from './situations.js';

export type { Signs } from './signs.js';

/** How many clauses are named at most. */
const MOST_CLAUSES = 3;

/** Kinds of what goes wrong that no clause speaks of. */
const UNKNOWN: ReadonlySet<DivergenceKind> = new Set(['crash', 'malformed', 'hang', 'audit']);

/** What memory that is not as it should be comes from. */
const OF_MEMORY = ['clears', 'result.zeroed', 'result.base', 'result.addr'].map((path) => ({
  path,
  expected: undefined,
}));

/**
 * The clauses that a divergence of lockstep names, the likeliest first: those whose examples show of such an operation
 * what differs, that name the invariant which is broken, and that are about situations which the operation goes through.
 * None where no clause speaks of its kind, as of crashes and hangs.
 */
export function clausesOf(program: Program, divergence: Divergence): readonly Clause[] {
  const { command, kind, differences, invariant } = divergence;
  if (command === null || UNKNOWN.has(kind)) return [];
  return clausesOfSigns({
    command,
    differences: kind === 'memory' ? OF_MEMORY : differences.map(asObserved),
    shapes: shapesOf(program, divergence),
    ...(invariant && { invariant: invariant.name }),
  });
}

/**
 * The clauses that a mismatch with a trace names, the likeliest first: those whose examples show of such an operation what
 * differs. A state that differs may be the work of any operation before it, and the situation that the heap was in is not
 * known, so that they are less sure than those of {@link clausesOfReplay}.
 */
export function clausesOfMismatch({
  performed,
  nested,
  kind,
  differences,
}: TraceMismatch): readonly Clause[] {
  const command = nested?.performed ?? performed;
  if (command === undefined) return [];
  const within = nested === undefined ? '' : `${nested.path}.`;
  return clausesOfSigns({
    command,
    isLate: kind === 'state',
    differences: differences.map((difference) => asObservedInTrace(difference, within)),
    shapes: new Set(),
  });
}

/**
 * The clauses that a mismatch with a trace names, the likeliest first. It runs the trace up to there once more, as a
 * program on the reference and the heap side by side, to see which operation differs first, and in which situation.
 * Where that tells nothing, it says what {@link clausesOfMismatch} does.
 *
 * @param records - The whole trace, from its header.
 */
export async function clausesOfReplay(
  mismatch: TraceMismatch,
  records: AsyncIterable<TraceRecord>,
  factory: HeapFactory,
): Promise<readonly Clause[]> {
  const { line, operation, kind } = mismatch;
  if (kind === 'hang' || operation > MOST_OPERATIONS) return clausesOfMismatch(mismatch);
  const program = await programOf(until(line, records));
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, factory], invariants: [] });
  const clauses = divergence === undefined ? [] : clausesOf(program, divergence);
  return clauses.length > 0 ? clauses : clausesOfMismatch(mismatch);
}

async function* until(line: number, records: AsyncIterable<TraceRecord>): AsyncGenerator<TraceRecord> {
  for await (const record of records) {
    if (record.line > line) return;
    yield record;
  }
}

/** The clauses that such signs name, the likeliest first; see {@link clausesOf}. */
export function clausesOfSigns(signs: Signs): readonly Clause[] {
  const scored = CLAUSES.map((clause) => ({ clause, score: scoreOf(clause, signs) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return scored
    .filter(({ score }) => score >= scored[0].score - LEEWAY)
    .slice(0, MOST_CLAUSES)
    .map(({ clause }) => clause);
}
