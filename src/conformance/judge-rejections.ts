import type { Answer, Call } from './contract.js';
import { endedWell, endOf, wrong, type Judge, type Wrong } from './judge.js';

/** Judges whether misuse is rejected, in whatever way: all that the reference rejects, and nothing that it does. */
export class RejectionJudge implements Judge {
  private readonly expected: readonly Answer[];

  constructor(expected: readonly Answer[]) {
    this.expected = expected;
  }

  check(call: Call, answer: Answer, index: number): Wrong | undefined {
    const expected = this.expected.at(index);
    // How much memory there is to give depends on the heap, and so does what comes of it.
    if (expected === undefined || isWithout(expected) || isWithout(answer)) return undefined;
    if (endedWell(expected) === endedWell(answer)) return undefined;
    const message = endedWell(answer) ? 'it did what it must reject' : 'it rejected what it must do';
    return wrong('error', call, message, {
      path: 'outcome',
      expected: endOf(expected),
      actual: endOf(answer),
    });
  }
}

function isWithout({ ret, skipped }: Answer): boolean {
  return ret === null || skipped === true;
}
