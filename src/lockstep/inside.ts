import { turnsAt, type Bindings, type Turn } from '../programs/index.js';
import { FatalError, type Operation, type Statistics } from '../spec/index.js';
import { sameError, sameStatistics } from './compare.js';
import { diffStatistics } from './diff.js';
import type { Claim, OutcomeError } from './outcome.js';
import type { LockstepOptions } from './report.js';
import { outcomeOf, type Ended, type Side } from './side.js';
import { checkAgainst, checkAlone, wentOn, type Finding } from './step-checks.js';

/** An operation that runs, or ran, with the command that asked for it. */
export interface Place {
  readonly turn: Turn;
  /** Of the operation: operations are numbered from 1 in the order in which they begin. */
  readonly operation: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What is wrong, and with which operation. */
export interface FoundAt {
  readonly finding: Finding;
  readonly place: Place;
}

/** A claim of the first heap, with what ran at it. */
interface ScriptedClaim {
  readonly span: number;
  readonly statistics: Statistics;
  readonly steps: ScriptedStep[];
}

interface ScriptedStep {
  readonly place: Place;
  readonly operation: Operation;
  readonly ended: Ended;
  readonly claims: readonly ScriptedClaim[];
}

/** An operation that is under way. */
interface Level {
  readonly place: Mutable<Place>;
  /** The claims that the first heap makes, or has made, in it. */
  claims: ScriptedClaim[];
  /** How many of them another heap has come to. */
  reached: number;
}

/**
 * Runs commands inside of others. On the first heap, at each claim for sweeping, the commands are resolved that have
 * their turn there, performed and bound. On every other heap the same operations run at the same claims; the first
 * claim that is another, or the first such operation that ends otherwise, is found.
 */
export class Inside {
  /** What is wrong first with a claim or with an operation inside of another; from then on nothing more is run there. */
  found: FoundAt | undefined = undefined;
  /** Operations begun so far. */
  operations = 0;
  /** The highest index of a command that has begun since the last one that ran by itself. */
  lastIndex = -1;
  private fatal: OutcomeError | undefined = undefined;
  private readonly bindings: Bindings;
  private readonly onOperation: LockstepOptions['onOperation'];
  private level: Level | undefined = undefined;
  private outermost: Level | undefined = undefined;

  /** @param onOperation - Told of each operation before it begins; of one inside of another on each heap. */
  constructor(bindings: Bindings, onOperation: LockstepOptions['onOperation']) {
    this.bindings = bindings;
    this.onOperation = onOperation;
  }

  /** The innermost operation that is under way, or was when something was thrown. */
  get place(): Place | undefined {
    return this.level?.place;
  }

  /** The first heap is about to perform the operation of a command that runs by itself; the place is good until the next. */
  begin(turn: Turn): Place {
    this.lastIndex = turn.index;
    this.fatal = undefined;
    const { outermost } = this;
    if (outermost === undefined) {
      this.outermost = this.enter(turn);
      this.level = this.outermost;
      return this.announced(this.level.place);
    }
    // Nothing is made anew: this is done for every operation, and most claim nothing.
    this.level = outermost;
    this.operations++;
    outermost.place.turn = turn;
    outermost.place.operation = this.operations;
    if (outermost.claims.length > 0) outermost.claims = [];
    outermost.reached = 0;
    return this.announced(outermost.place);
  }

  /** Another heap is about to perform it. */
  again(): void {
    if (this.level) this.level.reached = 0;
    this.fatal = undefined;
  }

  /** Runs on the first heap what has its turn at a claim. @throws FatalError */
  readonly lead = (side: Side, claim: Claim): void => {
    const { level } = this;
    if (level === undefined) return;
    const here: ScriptedClaim = { span: claim.span, statistics: side.readStatistics(), steps: [] };
    claim.statistics = here.statistics;
    level.claims.push(here);
    for (const turn of turnsAt(level.place.turn, level.claims.length)) {
      if (this.found || this.fatal) break;
      const operation = this.bindings.resolve(turn.command);
      if (operation !== null) this.leadTurn(side, claim, here, turn, operation);
    }
    this.passOnFatal();
  };

  /** Runs on another heap, at a claim, what ran there on the first. @throws FatalError */
  readonly follow = (side: Side, claim: Claim): void => {
    const { level } = this;
    if (level === undefined || this.found) return;
    const statistics = side.readStatistics();
    claim.statistics = statistics;
    const index = level.reached++;
    const expected = index < level.claims.length ? level.claims[index] : undefined;
    const finding = checkClaim(side.name, index, expected, claim.span, statistics);
    if (finding) {
      this.found = { finding, place: level.place };
      return;
    }
    for (const step of expected?.steps ?? []) {
      if (!this.followStep(side, step)) break;
    }
    this.passOnFatal();
  };

  /** What is wrong with how an operation ended that others ran inside of. */
  checkEnd(ended: Ended): Finding | undefined {
    return this.fatal && !sameError(this.fatal, ended.error) ? wentOn(ended, this.fatal) : undefined;
  }

  private announced(place: Place): Place {
    this.onOperation?.(place.operation, place.turn.index);
    return place;
  }

  private enter(turn: Turn): Level {
    this.operations++;
    this.lastIndex = Math.max(this.lastIndex, turn.index);
    const place = { turn, operation: this.operations };
    return { place, claims: [], reached: 0 };
  }

  private leadTurn(side: Side, claim: Claim, here: ScriptedClaim, turn: Turn, operation: Operation): void {
    const outer = this.level;
    const level = this.enter(turn);
    this.level = level;
    this.announced(level.place);
    const ended = side.performInside(operation);
    this.level = outer;
    const { place, claims } = level;
    here.steps.push({ place, operation, ended, claims });
    claim.steps.push({ operation, outcome: outcomeOf(ended), statistics: ended.statistics });
    this.note(checkAlone(side, ended, turn.command.expect) ?? this.checkEnd(ended), place);
    if (ended.error === undefined) this.bindings.bind(turn.command, ended.result);
    else if (ended.error.kind === 'FatalError') this.fatal = ended.error;
  }

  /** Says whether anything may follow. */
  private followStep(side: Side, { place, operation, ended: first, claims }: ScriptedStep): boolean {
    const outer = this.level;
    this.level = { place, claims: [...claims], reached: 0 };
    this.announced(place);
    const ended = side.performInside(operation);
    this.level = outer;
    const { expect } = place.turn.command;
    const finding = checkAlone(side, ended, expect) ?? this.checkEnd(ended) ?? checkAgainst(first, ended);
    this.note(finding, place);
    if (ended.error?.kind === 'FatalError') this.fatal = ended.error;
    return this.found === undefined && this.fatal === undefined;
  }

  private note(finding: Finding | undefined, place: Place): void {
    if (finding) this.found ??= { finding, place };
  }

  private passOnFatal(): void {
    if (this.fatal) throw new FatalError(this.fatal.message);
  }
}

function checkClaim(
  heap: string,
  index: number,
  expected: ScriptedClaim | undefined,
  span: number,
  statistics: Statistics,
): Finding | undefined {
  const which = `claim ${index + 1}`;
  if (expected?.span !== span) {
    const wanted = expected ? `the span @${expected.span} should be` : 'there should be no more';
    const message = `${heap} claims the span @${span} for sweeping, and ${wanted} (${which})`;
    const differences = [{ path: `claims[${index}].span`, expected: expected?.span, actual: span }];
    return { kind: 'effects', heap, message, differences };
  }
  if (!sameStatistics(expected.statistics, statistics)) {
    const message = `${heap} has other statistics when it has claimed the span @${span} for sweeping (${which})`;
    const differences = diffStatistics(expected.statistics, statistics).map((difference) => ({
      ...difference,
      path: `claims[${index}].statistics.${difference.path}`,
    }));
    return { kind: 'statistics', heap, message, differences };
  }
  return undefined;
}
