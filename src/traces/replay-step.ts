import {
  diffStatistics,
  diffValues,
  requireForm,
  statisticsProblem,
  type Claim,
  type Difference,
  type Outcome,
} from '../lockstep/index.js';
import type { Operation, Statistics } from '../spec/index.js';
import { performNest, type HeapUnderWay } from './perform-nest.js';
import type { TraceClaim, TraceOperation } from './trace.js';

/** An operation inside of a step, with its place in the step, such as `claims[2].steps[0]`. */
export interface NestedPlace {
  readonly path: string;
  readonly performed: Operation;
}

/** The operations inside of a step, in the order in which they begin. */
export function nestedPlaces({ claims }: TraceOperation, path = ''): NestedPlace[] {
  return claims.flatMap(({ steps }, i) =>
    steps.flatMap((step, j) => {
      const place = pathInside(path, i, j);
      return [{ path: place, performed: step.operation }, ...nestedPlaces(step, place)];
    }),
  );
}

/** A step, or one inside of it, where the path of a step by itself is empty. */
interface PlacedStep {
  readonly step: TraceOperation;
  readonly path: string;
}

/** Performs one step of a trace on a heap, with the steps inside of it, and compares all of it as it happens. */
export class StepReplay {
  /** The innermost operation that is under way, or was when something differed or broke down. */
  nested: NestedPlace | undefined;
  private readonly around: (NestedPlace | undefined)[] = [];
  private differences: readonly Difference[] = [];

  /**
   * @param statistics - As the trace has them before the step; kept as it has them from record to record.
   * @param onOperation - Called before each operation, those inside of others among them.
   */
  constructor(
    private readonly heapRun: HeapUnderWay,
    private readonly statistics: Statistics,
    private readonly onOperation: () => void,
  ) {}

  /**
   * Performs the step and gives what differs first: at a claim, in a step inside, or in the step itself. Paths lead to
   * it from the step, as in `claims[2].steps[0].ret`.
   *
   * @throws whatever the heap throws that the specification does not know.
   */
  run(step: TraceOperation): readonly Difference[] {
    try {
      performNest<PlacedStep>(
        this.heapRun,
        { step, path: '' },
        {
          operationOf: (one) => this.begin(one),
          inside: (one, index, claim) => this.claimed(one, index, claim),
          performed: (one, _operation, outcome) => this.ended(one, outcome),
        },
      );
    } catch (error) {
      if (this.differences.length === 0) throw error;
    }
    return this.differences;
  }

  private begin({ step, path }: PlacedStep): Operation {
    this.around.push(this.nested);
    if (path !== '') this.nested = { path, performed: step.operation };
    this.onOperation();
    return step.operation;
  }

  private claimed({ step, path }: PlacedStep, index: number, claim: Claim): PlacedStep[] {
    const place = within(path, `claims[${index}]`);
    const expected = step.claims.at(index);
    if (expected === undefined) {
      this.stopAt([{ path: place, expected: undefined, actual: { span: claim.span } }]);
    }
    if (expected.span !== claim.span) {
      this.stopAt([{ path: `${place}.span`, expected: expected.span, actual: claim.span }]);
    }
    Object.assign(this.statistics, expected.stats);
    this.compare(this.diffStatistics(claim.statistics), `${place}.stats`);
    return expected.steps.map((inner, i) => ({ step: inner, path: pathInside(path, index, i) }));
  }

  private ended({ step, path }: PlacedStep, outcome: Outcome): void {
    Object.assign(this.statistics, step.stats);
    const found = [
      ...diffClaims(step.claims, outcome.claims),
      ...diffOutcome(step, outcome),
      ...under('stats', this.diffStatistics(this.heapRun.heap.statistics())),
    ];
    this.compare(found, path);
    this.nested = this.around.pop();
  }

  private diffStatistics(actual: Statistics | undefined): Difference[] {
    requireForm(this.heapRun.name, 'statistics', statisticsProblem(actual));
    return diffStatistics(this.statistics, actual ?? this.statistics);
  }

  private compare(differences: readonly Difference[], path: string): void {
    if (differences.length > 0) this.stopAt(path === '' ? differences : under(path, differences));
  }

  /** Whatever comes of the step from here on is of no account: the heap is left as it is. */
  private stopAt(differences: readonly Difference[]): never {
    if (this.differences.length === 0) this.differences = differences;
    throw new Stopped('the replay ends here');
  }
}

/** Ends a step, from wherever the heap is in it: none of the errors that an operation may end in. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Claims that did not come; those that did were compared when they came. */
function diffClaims(expected: readonly TraceClaim[], actual: readonly Claim[]): Difference[] {
  return expected.slice(actual.length).map(({ span }, i) => ({
    path: `claims[${actual.length + i}]`,
    expected: { span },
    actual: undefined,
  }));
}

function diffOutcome(step: TraceOperation, outcome: Outcome): Difference[] {
  const { result, error, sys, finalizers, profiles } = outcome;
  const thrown = error?.kind === 'FatalError' ? error.message : error && `${error.kind}: ${error.message}`;
  const endsAlike = error === undefined || error.kind === 'FatalError' ? thrown === step.throw : false;
  return [
    ...(endsAlike
      ? diffValues('ret', step.result, result)
      : [{ path: 'throw', expected: step.throw, actual: thrown }]),
    ...diffValues('sys', step.sys, sys),
    ...diffValues('finalizers', step.finalizers, finalizers),
    ...diffValues('profiles', step.profiles, profiles),
  ];
}

/** The differences as those of a part of a record. */
export function under(part: string, differences: readonly Difference[]): Difference[] {
  return differences.map((difference) => ({ ...difference, path: within(part, difference.path) }));
}

/** The path of a step at a claim of another one; both are counted from 0. */
function pathInside(path: string, claim: number, step: number): string {
  return within(path, `claims[${claim}].steps[${step}]`);
}

function within(part: string, path: string): string {
  if (part === '') return path;
  return `${part}${path.startsWith('[') ? '' : '.'}${path}`;
}
