import { diffValues, RecordingHost, sameData, type Difference, type Outcome } from '../lockstep/index.js';
import { Bindings, turnsAt, turnsOf, type Program } from '../programs/index.js';
import { STATISTIC_NAMES, type HeapFactory, type State, type Statistics } from '../spec/index.js';
import { performNest } from '../traces/index.js';
import type { Example, Show } from './example.js';

/** What can be seen of a heap when a command has ended. It can be seen then only. */
export interface Observation {
  readonly outcome: Outcome;
  readonly statistics: Statistics;
  readonly state: State;
}

/** Which part of what can be seen a path leads to. */
export type Aspect = 'error' | 'result' | 'effects' | 'statistics' | 'state';

/** What an example should show and does not. */
export interface Missed extends Difference {
  readonly show: Show;
}

/**
 * Runs a program on a new heap and looks at it after some of its commands, those inside of others among them.
 *
 * @param indexes - Those of the commands after which it looks.
 * @returns What it sees, under the index of the command; nothing for one that did not run. A fatal error ends the run.
 * @throws whatever the heap throws that the specification does not know.
 */
export function observeProgram(
  program: Program,
  factory: HeapFactory,
  indexes: ReadonlySet<number>,
): ReadonlyMap<number, Observation> {
  const host = new RecordingHost({ script: program.host });
  const heap = factory.create(program.config, host);
  const bindings = new Bindings();
  const seen = new Map<number, Observation>();
  for (const turn of turnsOf(program.commands)) {
    const outcome = performNest({ name: factory.name, heap, host }, turn, {
      operationOf: ({ command }) => bindings.resolve(command),
      inside: (around, claim) => turnsAt(around, claim + 1),
      performed: ({ command, index }, _operation, came) => {
        if (came.error === undefined) bindings.bind(command, came.result);
        if (!indexes.has(index)) return;
        seen.set(index, { outcome: came, statistics: heap.statistics(), state: heap.state() });
      },
    });
    if (outcome?.error?.kind === 'FatalError') break;
  }
  return seen;
}

/** What an example should show on a heap and does not; empty where it shows all. */
export function missedBy({ program, shows }: Example, factory: HeapFactory): Missed[] {
  const seen = observeProgram(program, factory, new Set(shows.map(({ index }) => index)));
  return shows.flatMap((show): Missed[] => {
    const observation = seen.get(show.index);
    const actual = observation === undefined ? 'the command did not run' : observedAt(observation, show.path);
    if (sameData(actual, show.value)) return [];
    return diffValues(show.path, show.value, actual).map((difference) => ({ show, ...difference }));
  });
}

const EFFECTS: ReadonlySet<string> = new Set(['sys', 'clears', 'prints', 'finalizers', 'profiles', 'claims']);
const STATISTICS: ReadonlySet<string> = new Set(STATISTIC_NAMES);

/** The part of what can be seen to which a path leads. */
export function aspectOf(path: string): Aspect {
  const [root] = path.split(/[.[]/, 1);
  if (root === 'error' || root === 'result') return root;
  if (EFFECTS.has(root)) return 'effects';
  return STATISTICS.has(root) ? 'statistics' : 'state';
}

/**
 * What a path leads to: `result` and into it; `error`, the class of the error, with the message of a fatal one; `sys`,
 * `clears`, `prints`, `finalizers`, `profiles` and `claims`, of which only the spans; a statistic under its name; all else
 * leads into the state, as in `spans[@8192].npages` for the span at that address. Undefined where nothing is there.
 */
export function observedAt({ outcome, statistics, state }: Observation, path: string): unknown {
  const { result, error } = outcome;
  const everything = {
    ...state,
    ...statistics,
    ...outcome,
    result,
    error: error?.kind === 'FatalError' ? `${error.kind}: ${error.message}` : error?.kind,
    claims: outcome.claims.map(({ span }) => span),
  };
  return stepsOf(path).reduce<unknown>(stepInto, everything);
}

function stepsOf(path: string): string[] {
  return path.split(/[.[]/).map((step) => step.replace(/\]$/, ''));
}

function stepInto(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (step.startsWith('@') && Array.isArray(value)) {
    const base = Number(step.slice(1));
    return value.find((item: { readonly base?: unknown }) => item.base === base) as unknown;
  }
  return (value as Readonly<Record<string, unknown>>)[step];
}
