import type { Difference, Divergence, DivergenceKind } from '../lockstep/index.js';
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
  /** The id of the clause that is broken, where the judge knows. */
  readonly clause?: string;
}

/** Holds the answers of one case against the specification, one after another. */
export interface Judge {
  /** Looks at the answer to the next call, which has this index in its case. */
  check(call: Call, answer: Answer, index: number): Wrong | undefined;
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
