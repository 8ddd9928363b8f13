import { sameStatistics } from '../lockstep/compare.js';
import {
  canonicalCalls,
  diffStates,
  diffStatistics,
  diffValues,
  sameData,
  type Difference,
} from '../lockstep/index.js';
import type { Statistics } from '../spec/index.js';
import type { Answer, AnsweredClaim, Call, Profile } from './contract.js';
import { endOf, wrong, type Judge, type Wrong } from './judge.js';

/** The effects of a call, but for the claims, in which calls run. */
const EFFECTS = ['sys', 'clears', 'finalizers', 'profiles'] as const satisfies readonly (keyof Answer)[];

/** Who the reference is, in findings. */
const REFERENCE = 'reference';

/**
 * Judges by what the reference answered to the same case: results, errors and effects must be the same, and for the
 * profile `structure` statistics and states too.
 */
export class ReferenceJudge implements Judge {
  private readonly expected: readonly Answer[];
  private readonly structure: boolean;
  private wanted: Partial<Statistics> = {};
  private found: Partial<Statistics> = {};

  constructor(expected: readonly Answer[], profile: Profile) {
    this.expected = expected;
    this.structure = profile === 'structure';
  }

  check(call: Call, answer: Answer, index: number): Wrong | undefined {
    const expected = this.expected.at(index);
    // The reference has died before: so has this one, or it would have been found.
    if (expected === undefined) return wrong('error', call, 'it answers a call behind a fatal error');
    return this.compare(call, expected, answer) ?? this.compareStates(call, expected, answer);
  }

  private compare(call: Call, expected: Answer, actual: Answer): Wrong | undefined {
    return (
      this.compareInside(call, expected.claims ?? [], actual.claims ?? []) ??
      compareEnds(call, expected, actual) ??
      compareClaims(call, expected.claims ?? [], actual.claims ?? []) ??
      compareEffects(call, expected, actual) ??
      this.compareStatistics(call, expected.stats, actual.stats, 'it has other statistics', '')
    );
  }

  /** What ran and was told at the claims, as far as the same spans are claimed. */
  private compareInside(
    call: Call,
    expected: readonly AnsweredClaim[],
    actual: readonly AnsweredClaim[],
  ): Wrong | undefined {
    for (const [i, wanted] of expected.entries()) {
      const found = actual.at(i);
      if (found?.span !== wanted.span) return undefined;
      const message = 'it has other statistics at a claim';
      const wrongHere =
        this.compareStatistics(call, wanted.stats, found.stats, message, `claims[${i}].stats.`) ??
        this.compareSteps(call, i + 1, wanted.steps ?? [], found.steps ?? []);
      if (wrongHere) return wrongHere;
    }
    return undefined;
  }

  private compareSteps(
    call: Call,
    claim: number,
    expected: readonly Answer[],
    actual: readonly Answer[],
  ): Wrong | undefined {
    const inside = call.inside?.[claim] ?? [];
    for (const [i, wanted] of expected.entries()) {
      const found = actual.at(i);
      if (found === undefined) {
        return against(
          wrong('malformed', inside[i] ?? call, 'it does not answer a call inside of another one'),
        );
      }
      const wrongInside = this.compare(inside[i] ?? call, wanted, found);
      if (wrongInside) return wrongInside;
    }
    if (actual.length === expected.length) return undefined;
    return against(
      wrong(
        'malformed',
        call,
        `it answers ${actual.length} calls at claim ${claim}, and ${expected.length} ran`,
      ),
    );
  }

  private compareStatistics(
    call: Call,
    expected: Answer['stats'],
    actual: Answer['stats'],
    message: string,
    path: string,
  ): Wrong | undefined {
    if (!this.structure) return undefined;
    if (expected !== undefined) this.wanted = { ...this.wanted, ...expected };
    if (actual !== undefined) this.found = { ...this.found, ...actual };
    const [wanted, found] = [this.wanted as Statistics, this.found as Statistics];
    if (sameStatistics(wanted, found)) return undefined;
    const differences = diffStatistics(wanted, found).map((one) => ({ ...one, path: path + one.path }));
    return against(wrong('statistics', call, message, ...differences));
  }

  private compareStates(call: Call, expected: Answer, actual: Answer): Wrong | undefined {
    if (!this.structure || expected.state === undefined || actual.state === undefined) return undefined;
    if (sameData(expected.state, actual.state)) return undefined;
    const differences = diffStates(expected.state, actual.state);
    return against(wrong('state', call, 'its state is another one', ...differences));
  }
}

function compareEnds(call: Call, expected: Answer, actual: Answer): Wrong | undefined {
  if (endsAlike(expected, actual)) {
    if (sameData(expected.ret, actual.ret)) return undefined;
    const differences = diffValues('result', expected.ret, actual.ret);
    return against(wrong('result', call, 'it gave another result', ...differences));
  }
  const difference = { path: 'outcome', expected: endOf(expected), actual: endOf(actual) };
  return against(wrong('error', call, 'it ended otherwise', difference));
}

function compareClaims(
  call: Call,
  expected: readonly AnsweredClaim[],
  actual: readonly AnsweredClaim[],
): Wrong | undefined {
  const [wanted, found] = [expected, actual].map((claims) => claims.map(({ span }) => span));
  if (sameData(wanted, found)) return undefined;
  const difference = { path: 'claims', expected: wanted, actual: found };
  return against(wrong('effects', call, 'it claims other spans for sweeping', difference));
}

function endsAlike(a: Answer, b: Answer): boolean {
  return (a.skipped === true) === (b.skipped === true) && a.throw === b.throw && a.refused === b.refused;
}

function compareEffects(call: Call, expected: Answer, actual: Answer): Wrong | undefined {
  const differences: Difference[] = EFFECTS.flatMap((name) => {
    const [wanted, found] = [
      expected[name] ?? [],
      name === 'sys' ? inOrder(actual.sys ?? []) : (actual[name] ?? []),
    ];
    return sameData(wanted, found) ? [] : [{ path: name, expected: wanted, actual: found }];
  });
  return differences.length === 0
    ? undefined
    : against(wrong('effects', call, 'it did something else to its host', ...differences));
}

/** Calls to the operating system by name, then by offset: the order of releasing can't be observed. */
function inOrder(calls: NonNullable<Answer['sys']>): NonNullable<Answer['sys']> {
  return calls.length < 2 ? calls : canonicalCalls([...calls]);
}

function against(found: Wrong): Wrong {
  return { ...found, message: `${found.message} than the ${REFERENCE}`, against: REFERENCE };
}
