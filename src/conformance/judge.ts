import type { Difference, Divergence, DivergenceKind } from '../lockstep/index.js';
import type { Expectation } from '../programs/index.js';
import type { Answer, Call } from './contract.js';

/** What is wrong with the answer to a call. */
export interface Wrong {
  readonly kind: DivergenceKind;
  /** The call: the judged one, or one inside of it. */
  readonly call: Call;
  /** A sentence; what is at fault is called "it". */
  readonly message: string;
  readonly differences: readonly Difference[];
  /** Who says what is expected, where somebody does. */
  readonly against?: string;
  readonly invariant?: Divergence['invariant'];
}

/** Holds the answers of one case against the specification, one after another. */
export interface Judge {
  /**
   * Looks at the answer to the next call.
   *
   * @param expected - How the call may end, where the program says so.
   */
  check(
    call: Call,
    answer: Answer,
    index: number,
    expected: readonly Expectation[] | undefined,
  ): Wrong | undefined;
}

/** Something wrong about one value. */
export function wrong(
  kind: DivergenceKind,
  call: Call,
  message: string,
  ...differences: readonly Difference[]
): Wrong {
  return { kind, call, message, differences };
}

/** How an answer says that its call ended, in words. */
export function endOf(answer: Answer): string {
  if (answer.skipped === true) return 'skipped';
  if (answer.throw !== undefined) return `FatalError: ${answer.throw}`;
  return answer.refused ?? `result ${answer.ret === undefined ? '' : JSON.stringify(answer.ret)}`.trim();
}

/** Whether a call ended well. */
export function endedWell({ skipped, throw: thrown, refused }: Answer): boolean {
  return skipped !== true && thrown === undefined && refused === undefined;
}

/** Whether an answer is one of those that the program expects. */
export function isExpected(answer: Answer, expected: readonly Expectation[]): boolean {
  return expected.some((one) => {
    if (one.kind === 'result') return endedWell(answer);
    if (one.kind === 'FatalError') return answer.throw === one.message;
    return answer.refused === one.kind;
  });
}

/** An expectation in words, as {@link endOf} says it. */
export function describeExpected(expected: readonly Expectation[]): string {
  return expected
    .map((one) => (one.kind === 'FatalError' ? `FatalError: ${one.message}` : one.kind))
    .join(' or ');
}
