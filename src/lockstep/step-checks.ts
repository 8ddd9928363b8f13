import type { Expectation } from '../programs/program.js';
import { diffEffects, sameEffects, sameError, sameResult, sameStatistics } from './compare.js';
import { diffStatistics, diffValues } from './diff.js';
import type { OutcomeError } from './outcome.js';
import type { Divergence } from './report.js';
import type { Side } from './side.js';

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
    const finding = checkAlone(side, expected);
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

function checkAlone(side: Side, expected: readonly Expectation[] | undefined): Finding | undefined {
  if (expected !== undefined && !expected.some((expectation) => meets(expectation, side.error))) {
    return unexpected(side, expected);
  }
  return (
    checkMemory(side) ?? (side.error && side.error.kind !== 'FatalError' ? checkRefusal(side) : undefined)
  );
}

function checkAgainst(first: Side, other: Side): Finding | undefined {
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
  if (!sameEffects(first.host, other.host)) {
    const message = `${other.name} did something else to its host than ${first.name}`;
    return { kind: 'effects', ...pair, message, differences: diffEffects(first.host, other.host) };
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

/** A refused operation must not have changed anything. */
function checkRefusal(side: Side): Finding | undefined {
  const { name, host, statistics, statisticsBefore } = side;
  const effects = host.sys.length + host.clears.length + host.prints.length;
  if (effects > 0) {
    const message = `${name} refused the operation, but only after it had done something to its host`;
    const differences = (['sys', 'clears', 'prints'] as const).flatMap((path) =>
      diffValues(path, [], host[path]),
    );
    return { kind: 'effects', heap: name, message, differences };
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

function unexpected(side: Side, expected: readonly Expectation[]): Finding {
  const wanted = expected
    .map((e) => (e.kind === 'FatalError' ? `FatalError: ${e.message}` : e.kind))
    .join(' or ');
  return {
    kind: 'expectation',
    heap: side.name,
    message: `${side.name} did not end as the program expects: ${describeEnd(side)}`,
    differences: [{ path: 'outcome', expected: wanted, actual: shortEnd(side) }],
  };
}

function otherEnd(first: Side, other: Side): Finding {
  return {
    kind: 'error',
    heap: other.name,
    against: first.name,
    message: `${other.name} ended otherwise than ${first.name}: ${describeEnd(other)}; ${describeEnd(first)}`,
    differences: [{ path: 'outcome', expected: shortEnd(first), actual: shortEnd(other) }],
  };
}

function describeEnd(side: Side): string {
  return side.error ? `${side.name} threw ${side.describeError()}` : `${side.name} gave a result`;
}

function shortEnd({ error, result }: Side): string {
  return error
    ? `${error.kind}: ${error.message}`
    : `result ${result === undefined ? '' : JSON.stringify(result)}`.trim();
}
