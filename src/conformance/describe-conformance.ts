import { renderDivergence } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { CLAUSES } from './clauses/index.js';
import { checkConformance } from './check-conformance.js';
import type { Conformer } from './heap-implementation.js';
import type { ConformanceOptions } from './options.js';
import type { ConformanceFinding, ConformanceReport } from './report.js';
import { VERDICTS } from './verdicts.js';

/** The functions of a test runner: those of Jest, Vitest and `node:test` are such. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (
    name: string,
    body: (...context: readonly unknown[]) => Promise<void>,
    timeout?: number,
  ) => unknown;
}

/** How {@link describeConformance} does it. */
export interface DescribeOptions extends Omit<ConformanceOptions, 'name'> {
  /** By default the `describe` and `test` that are global. */
  readonly runner?: TestRunner;
  /** Time, in ms, that all of it may take; by default ten minutes. */
  readonly timeout?: number;
}

const TEN_MINUTES = 600_000;

/**
 * Declares tests that hold a heap, or any implementation, to the specification: one for each clause, and one for all that
 * no clause speaks of. Clauses that were not judged are skipped where the test runner lets tests skip themselves, as
 * Vitest and `node:test` do; under Jest they pass.
 *
 * @example
 * ```ts
 * describeConformance('my heap', (config, host) => new MyHeap(config, host), { profile: 'safety', level: 'pages' });
 * ```
 *
 * @throws TypeError where there is no test runner.
 */
export function describeConformance(name: string, conformer: Conformer, options: DescribeOptions = {}): void {
  const { runner = globalRunner(), timeout = TEN_MINUTES, ...rest } = options;
  let running: Promise<ConformanceReport> | undefined;
  const report = (): Promise<ConformanceReport> =>
    (running ??= checkConformance(conformer, { ...rest, name }));
  runner.describe(`conformance of ${name}`, () => {
    for (const { id } of options.clauses ?? CLAUSES) {
      // Jest takes a body that declares an argument for one that calls back.
      runner.test(id, async (...context) => requireClause(await report(), id, context[0]), timeout);
    }
    runner.test('all else', async () => requireRest(await report()), timeout);
  });
}

function requireClause({ clauses, findings }: ConformanceReport, id: string, context: unknown): void {
  const entry = clauses.find(({ clause }) => clause === id);
  const verdict = entry?.verdict ?? 'not-exercised';
  const { comesTo, name, meaning } = VERDICTS[verdict];
  if (comesTo === 'open' && canSkip(context)) context.skip(`${name}: ${meaning}`);
  if (comesTo !== 'failing') return;
  const texts = entry?.findings.map((index) => renderConformanceFinding(findings[index])) ?? [];
  throw new Error([`${id}: ${name}`, ...texts].join('\n\n'));
}

/** Whether a test can skip itself: the context of Vitest is a function with methods. */
function canSkip(context: unknown): context is { skip(why: string): void } {
  const { skip } = Object(context ?? {}) as { readonly skip?: unknown };
  return typeof skip === 'function';
}

function requireRest({ conforms, findings, clauses, stopped }: ConformanceReport): void {
  const others = findings.filter((_, index) => !clauses.some((entry) => entry.findings.includes(index)));
  if (conforms || (others.length === 0 && findings.length > 0)) return;
  const why = stopped === undefined ? [] : [`The run ended early: ${stopped}.`];
  throw new Error([...why, ...others.map(renderConformanceFinding)].join('\n\n') || 'nothing was run');
}

/** A finding as plain text for a person. What it holds of the implementation's own words is not made printable. */
export function renderConformanceFinding(finding: ConformanceFinding): string {
  const { clauses, program, divergence, minimal, shrinkRuns, occurrences, reproduction } = finding;
  const proof = minimal ? 'nothing smaller fails' : 'something smaller may fail too';
  return [
    ...(clauses.length > 0 ? [`breaks ${clauses.join(', ')}`] : []),
    program === undefined ? divergence.message : renderDivergence(parseProgram(program), divergence),
    `found ${occurrences === 1 ? 'once' : `${occurrences} times`}; ${proof} (${shrinkRuns} runs)`,
    `again: ${reproduction}`,
  ].join('\n');
}

function globalRunner(): TestRunner {
  const { describe, test } = globalThis as Partial<TestRunner>;
  if (typeof describe === 'function' && typeof test === 'function') return { describe, test };
  throw new TypeError(
    'describeConformance needs a test runner: give { runner: { describe, test } }, or have them as globals',
  );
}
