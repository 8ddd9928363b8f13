import { describeValue } from '../programs/index.js';
import { canonicalCalls, outcomeError, type Claim, type Outcome } from '../lockstep/index.js';
import {
  STATISTIC_NAMES,
  type Heap,
  type HeapConfig,
  type Host,
  type Operation,
  type OperationResult,
  type Statistics,
} from '../spec/index.js';
import { performNest } from '../traces/index.js';
import { CaseHost } from './case-host.js';
import type {
  Answer,
  AnsweredClaim,
  Breakdown,
  Call,
  Case,
  CaseResult,
  Declaration,
  Implementation,
} from './contract.js';

/** A heap that is to conform: all of it where its profile wants all, and at least `perform`. */
export type ConformingHeap = Pick<Heap, 'perform'> & Partial<Pick<Heap, 'statistics' | 'state'>>;

/** Makes a heap of a configuration; what it does to its host is what can be seen of its effects. */
export type MakeHeap = (config: HeapConfig, host: Host) => ConformingHeap;

/** A heap of this process as an implementation: each case runs on a heap of its own. */
export class InProcessImplementation implements Implementation {
  private readonly make: MakeHeap;
  private readonly declaration: Declaration;

  constructor(make: MakeHeap, declaration: Declaration) {
    this.make = make;
    this.declaration = declaration;
  }

  start(): Promise<Declaration> {
    return Promise.resolve(this.declaration);
  }

  run(test: Case): Promise<CaseResult> {
    return Promise.resolve(runInProcess(this.make, test));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs a case on a heap of this process, up to a fatal error. */
export function runInProcess(make: MakeHeap, test: Case): CaseResult {
  const answers: Answer[] = [];
  try {
    const run = new CaseRun(make, test);
    for (const [index, call] of test.calls.entries()) {
      const answer = run.answer(call, index);
      answers.push(answer);
      if (answer.throw !== undefined) break;
    }
  } catch (thrown) {
    return { answers, breakdown: crash(thrown) };
  }
  return { answers };
}

function crash(thrown: unknown): Breakdown {
  const what = thrown instanceof Error ? (thrown.stack ?? thrown.message) : describeValue(thrown);
  return { kind: 'crashed', message: `it threw what no heap may throw: ${what}` };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A case under way on one heap. */
class CaseRun {
  private readonly test: Case;
  private readonly host: CaseHost;
  private readonly maker: ConformingHeap;
  private readonly heap: Heap;
  private readonly wantsState: ReadonlySet<number>;
  /** Addresses by the ids of the calls that gave them. */
  private readonly given = new Map<number, number>();
  private readonly outcomes = new Map<Call, Outcome>();

  constructor(make: MakeHeap, test: Case) {
    this.test = test;
    this.host = new CaseHost(test.refuses);
    this.maker = make(test.config, this.host);
    this.heap = completed(this.maker, test.config);
    this.wantsState = new Set(test.states);
    this.host.claimListener = (claim) => {
      claim.statistics = this.heap.statistics();
    };
  }

  answer(call: Call, index: number): Answer {
    const answer = call.inside === undefined ? this.answerAlone(call) : this.answerAround(call);
    const wantsState = this.wantsState.has(index) && this.maker.state !== undefined;
    return wantsState ? { ...answer, state: this.heap.state() } : answer;
  }

  /** Performs a call inside of which none runs: most do not, so this spares whatever it can. */
  private answerAlone(call: Call): Answer {
    const operation = operationOf(call, this.given);
    if (operation === null) return { skipped: true };
    const { host } = this;
    host.reset();
    const answer: Writable<Answer> = {};
    try {
      const result = this.heap.perform(operation);
      if (result !== undefined) answer.ret = result;
      if (call.id !== undefined) this.give(call.id, result);
    } catch (thrown) {
      const error = outcomeError(thrown);
      if (error === undefined) throw thrown;
      if (error.kind === 'FatalError') answer.throw = error.message;
      else answer.refused = error.kind;
    }
    if (this.test.wants.effects) {
      if (host.sys.length > 0) answer.sys = canonicalCalls([...host.sys]);
      if (host.clears.length > 0) answer.clears = [...host.clears];
      if (host.finalizers.length > 0) answer.finalizers = [...host.finalizers];
      if (host.profiles.length > 0) answer.profiles = [...host.profiles];
      if (host.claims.length > 0) {
        answer.claims = host.claims.map((claim) => this.answerClaim(call, claim, 0));
      }
    }
    if (this.test.wants.statistics && this.maker.statistics) answer.stats = this.heap.statistics();
    return answer;
  }

  private answerAround(call: Call): Answer {
    this.outcomes.clear();
    performNest<Call>({ name: '', heap: this.heap, host: this.host }, call, {
      operationOf: (one) => operationOf(one, this.given),
      inside: (around, claim) => around.inside?.[claim + 1] ?? [],
      performed: (one, _, outcome) => {
        this.outcomes.set(one, outcome);
        if (one.id !== undefined && outcome.error === undefined) this.give(one.id, outcome.result);
      },
    });
    return this.answerTo(call, this.maker.statistics && this.heap.statistics());
  }

  private give(id: number, result: OperationResult): void {
    if (typeof result !== 'object' || result === null) return;
    if ('base' in result) this.given.set(id, result.base);
    else if ('addr' in result) this.given.set(id, result.addr);
  }

  private answerTo(call: Call, statistics: Statistics | undefined): Answer {
    const outcome = this.outcomes.get(call);
    if (outcome === undefined) return { skipped: true };
    const { error, result, sys, clears, finalizers, profiles, claims } = outcome;
    return {
      ...(error === undefined && result !== undefined && { ret: result }),
      ...(error?.kind === 'FatalError' && { throw: error.message }),
      ...(error && error.kind !== 'FatalError' && { refused: error.kind }),
      ...(this.test.wants.effects && {
        ...(sys.length > 0 && { sys }),
        ...(clears.length > 0 && { clears }),
        ...(finalizers.length > 0 && { finalizers }),
        ...(profiles.length > 0 && { profiles }),
        ...(claims.length > 0 && { claims: claims.map((claim, i) => this.answerClaim(call, claim, i + 1)) }),
      }),
      ...(this.test.wants.statistics && statistics && { stats: statistics }),
    };
  }

  private answerClaim(around: Call, claim: Claim, number: number): AnsweredClaim {
    const performed = claim.steps.values();
    const steps: Answer[] = [];
    for (const call of around.inside?.[number] ?? []) {
      const statistics = this.outcomes.has(call) ? performed.next().value?.statistics : undefined;
      const answer = this.answerTo(call, this.maker.statistics && statistics);
      steps.push(answer);
      if (answer.throw !== undefined) break;
    }
    return {
      span: claim.span,
      ...(this.maker.statistics && claim.statistics && { stats: claim.statistics }),
      ...(steps.length > 0 && { steps }),
    };
  }
}

/** The operation of a call, with concrete addresses; null where an operand names a call that gave nothing. */
export function operationOf({ op, args }: Call, given: ReadonlyMap<number, number>): Operation | null {
  const operation: Record<string, unknown> = { op };
  for (const name in args) {
    const value = args[name];
    if (typeof value === 'object') {
      const at = given.get(value.of);
      if (at === undefined) return null;
      operation[name] = at + value.offset;
    } else {
      operation[name] = value;
    }
  }
  // Misuse has arguments of the wrong kind on purpose.
  return operation as unknown as Operation;
}

/** The heap with all methods; of those that it lacks nothing is reported. */
function completed(heap: ConformingHeap, config: HeapConfig): Heap {
  return {
    config,
    perform: (operation) => heap.perform(operation),
    statistics: () => heap.statistics?.() ?? NO_STATISTICS,
    state: () => {
      if (heap.state) return heap.state();
      throw new Error('a heap without states is not asked for one');
    },
  };
}

const NO_STATISTICS = Object.fromEntries(STATISTIC_NAMES.map((name) => [name, 0])) as Statistics;
