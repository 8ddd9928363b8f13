import { resultProblem, stateProblem, type DataProblem } from '../lockstep/index.js';
import type { Operation } from '../spec/index.js';
import type { Answer, Call, Profile } from './contract.js';
import { endedWell, wrong, type Judge, type Wrong } from './judge.js';

/** Sees to it that answers have the form that they must have, and that nothing is missing of what is wanted. */
export class FormJudge implements Judge {
  private readonly profile: Profile;
  private readonly wantsState: ReadonlySet<number>;

  constructor(profile: Profile, states: readonly number[]) {
    this.profile = profile;
    this.wantsState = new Set(states);
  }

  check(call: Call, answer: Answer, index: number): Wrong | undefined {
    return (
      this.checkResults(call, answer) ??
      this.checkStatistics(call, answer, index) ??
      this.checkState(call, answer, index)
    );
  }

  private checkResults(call: Call, answer: Answer): Wrong | undefined {
    if (endedWell(answer)) {
      const problem = resultProblem({ op: call.op } as Operation, answer.ret);
      if (problem) return malformed(call, 'result', problem);
    }
    for (const [at, claim] of (answer.claims ?? []).entries()) {
      const inside = call.inside?.[at + 1] ?? [];
      for (const [i, step] of (claim.steps ?? []).entries()) {
        const inner = inside.at(i);
        if (inner === undefined) {
          return wrong('malformed', call, `it answers more than was asked at claim ${at + 1}`);
        }
        const found = this.checkResults(inner, step);
        if (found) return found;
      }
    }
    return undefined;
  }

  private checkStatistics(call: Call, answer: Answer, index: number): Wrong | undefined {
    if (this.profile === 'safety' || index > 0 || answer.stats !== undefined || answer.skipped === true) {
      return undefined;
    }
    return wrong('malformed', call, `it gives no statistics, which the profile ${this.profile} has`);
  }

  private checkState(call: Call, answer: Answer, index: number): Wrong | undefined {
    if (this.profile !== 'structure' || !this.wantsState.has(index)) return undefined;
    if (answer.state === undefined) {
      return wrong('malformed', call, 'it gives no state, which the profile structure has');
    }
    const problem = stateProblem(answer.state);
    return problem && malformed(call, 'state', problem);
  }
}

function malformed(call: Call, part: string, { path, expected, found }: DataProblem): Wrong {
  const message = `it gave a malformed answer: ${part}${path} must be ${expected}, and is ${found}`;
  return wrong('malformed', call, message, { path: part + path, expected, actual: found });
}
