import type { Expectation } from '../programs/program.js';
import { countEffects, diffEffects, sameEffects, sameError, sameResult, sameStatistics } from './compare.js';
import { diffStatistics, diffValues } from './diff.js';
import { noEffects, type OutcomeError } from './outcome.js';
import type { Divergence } from './report.js';
import { describeError, type Ended, type Side } from './side.js';

/** What is wrong, without where. */
export type Finding = Omit<Divergence, 'commandIndex' | 'operation' | 'command'>;

/**
 * Looks at what an operation came to on all heaps: first at what each did wrong by itself, then at what the others did
 * otherwise than the first.
 */
export function checkStep(
  sides: readonly Side[],
  expected: readonly Expectation[] | undefined,
): Finding | undefined {
  for (const side of sides) {
    const finding = checkAlone(side, side, expected);
    if (finding) return finding;
  }
  for (let i = 1; i < sides.length; i++) {
    const finding = checkAgainst(sides[0], sides[i]);
    if (finding) return finding;
  }
  return undefined;
}

/** What a heap has done to its memory that no heap may do. */
export function checkMemory({ name, memory }: Side): Finding | undefined {
  if (memory === undefined || memory.problems.length === 0) return undefined;
  return {
    kind: 'memory',
    heap: name,
    message: `${name} must not ${memory.problems.join('; and not ')}`,
    differences: [],
  };
}

/** What a heap did wrong by itself in an operation that ended so. */
export function checkAlone(
  side: Side,
  ended: Ended,
  expected: readonly Expectation[] | undefined,
): Finding | undefined {
  if (expected !== undefined && !expected.some((expectation) => meets(expectation, ended.error))) {
    return unexpected(ended, expected);
  }
  return (
    checkMemory(side) ?? (ended.error && ended.error.kind !== 'FatalError' ? checkRefusal(ended) : undefined)
  );
}

/** What another heap did otherwise than the first in the same operation. */
export function checkAgainst(first: Ended, other: Ended): Finding | undefined {
  if (!sameError(first.error, other.error)) return otherEnd(first, other);
  const pair = { heap: other.name, against: first.name };
  if (!sameResult(first.result, other.result)) {
    const message = `${other.name} gave another result than ${first.name}`;
    return {
      kind: 'result',
      ...pair,
      message,
      differences: diffValues('result', first.result, other.result),
    };
  }
  if (!sameEffects(first.effects, other.effects)) {
    const message = `${other.name} did something else to its host than ${first.name}`;
    return { kind: 'effects', ...pair, message, differences: diffEffects(first.effects, other.effects) };
  }
  if (!sameStatistics(first.statistics, other.statistics)) {
    const message = `${other.name} has other statistics than ${first.name}`;
    return {
      kind: 'statistics',
      ...pair,
      message,
      differences: diffStatistics(first.statistics, other.statistics),
    };
  }
  return undefined;
}

/** A heap ended an operation well although one that ran inside of it was fatal. */
export function wentOn(ended: Ended, fatal: OutcomeError): Finding {
  return {
    kind: 'error',
    heap: ended.name,
    message: `${ended.name} went on after a fatal error of an operation inside: ${describeEnd(ended)}`,
    differences: [{ path: 'outcome', expected: `${fatal.kind}: ${fatal.message}`, actual: shortEnd(ended) }],
  };
}

/** A refused operation must not have changed anything. */
function checkRefusal({ name, effects, statistics, statisticsBefore }: Ended): Finding | undefined {
  if (countEffects(effects) > 0) {
    const message = `${name} refused the operation, but only after it had done something to its host`;
    return { kind: 'effects', heap: name, message, differences: diffEffects(noEffects(), effects) };
  }
  if (!sameStatistics(statisticsBefore, statistics)) {
    const message = `${name} refused the operation, but only after it had changed its statistics`;
    return {
      kind: 'statistics',
      heap: name,
      message,
      differences: diffStatistics(statisticsBefore, statistics),
    };
  }
  return undefined;
}

function meets(expectation: Expectation, error: OutcomeError | undefined): boolean {
  if (expectation.kind === 'result') return error === undefined;
  if (expectation.kind !== error?.kind) return false;
  return expectation.kind !== 'FatalError' || expectation.message === error.message;
}

function unexpected(ended: Ended, expected: readonly Expectation[]): Finding {
  const wanted = expected
    .map((e) => (e.kind === 'FatalError' ? `FatalError: ${e.message}` : e.kind))
    .join(' or ');
  return {
    kind: 'expectation',
    heap: ended.name,
    message: `${ended.name} did not end as the program expects: ${describeEnd(ended)}`,
    differences: [{ path: 'outcome', expected: wanted, actual: shortEnd(ended) }],
  };
}

function otherEnd(first: Ended, other: Ended): Finding {
  return {
    kind: 'error',
    heap: other.name,
    against: first.name,
    message: `${other.name} ended otherwise than ${first.name}: ${describeEnd(other)}; ${describeEnd(first)}`,
    differences: [{ path: 'outcome', expected: shortEnd(first), actual: shortEnd(other) }],
  };
}

function describeEnd(ended: Ended): string {
  return ended.error ? `${ended.name} threw ${describeError(ended)}` : `${ended.name} gave a result`;
}

function shortEnd({ error, result }: Ended): string {
  return error
    ? `${error.kind}: ${error.message}`
    : `result ${result === undefined ? '' : JSON.stringify(result)}`.trim();
}
