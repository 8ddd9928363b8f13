import { Bindings, turnsOf, type Turn } from '../programs/index.js';
import type { Program } from '../programs/program.js';
import type { Operation, State, Statistics } from '../spec/index.js';
import { MalformedAnswer } from './answers.js';
import { Inside, type FoundAt, type Place } from './inside.js';
import { INVARIANTS, type Invariant } from './invariants/index.js';
import { LargeSpans } from './large-spans.js';
import { ObjectLedger } from './objects/object-ledger.js';
import type { Divergence, LockstepOptions } from './report.js';
import { ShapeTracker } from './shapes/index.js';
import { HeapCrash, outcomeOf, Side } from './side.js';
import { askHeaps, checkDead, lookAtStates, type Surroundings } from './state-checks.js';
import { checkMemory, checkStep, type Finding } from './step-checks.js';

/** How far a pass goes, and after which operations it looks at whole states. */
export interface Plan {
  /** Operation 0 stands for the time before the first. */
  readonly looksAfter: (operation: number) => boolean;
  /** Operations after which it ends, if the program does not end before. */
  readonly limit: number;
}

/** Runs a program once, from the start, on fresh heaps, and stops at the first thing that is wrong. */
export class Pass {
  skipped = 0;
  states = 0;
  endedBy: string | undefined = undefined;
  /** The last operation after which states were looked at and found good; -1 where none were. */
  lastGood = -1;
  /** Whether what is wrong came out by asking the heaps at the end. */
  foundByAsking = false;

  private readonly program: Program;
  private readonly options: LockstepOptions;
  private readonly plan: Plan;
  private readonly sides: Side[] = [];
  private readonly bindings = new Bindings();
  private readonly inside: Inside;
  private readonly large = new LargeSpans();
  private readonly objects = new ObjectLedger();
  private readonly tracker: ShapeTracker | undefined;
  private readonly invariants: readonly Invariant[];
  /** What was seen after operation `lastGood`. */
  private seen: { readonly state: State; readonly statistics: Statistics } | undefined = undefined;
  /** The last operation of a command that runs by itself; undefined before the first. */
  private last: Place | undefined = undefined;

  constructor(program: Program, options: LockstepOptions, plan: Plan) {
    this.program = program;
    this.options = options;
    this.plan = plan;
    this.inside = new Inside(this.bindings, options.onOperation);
    this.invariants = options.invariants ?? INVARIANTS;
    this.tracker = options.shapes && new ShapeTracker(program.config, options.shapes);
  }

  /** Operations begun so far, those inside of others among them. */
  get operations(): number {
    return this.inside.operations;
  }

  /** The number of the last operation of a command that runs by itself; 0 before the first. */
  get lastBegun(): number {
    return this.last?.operation ?? 0;
  }

  /** Runs it and says what is wrong first, if anything is. */
  run(): Divergence | undefined {
    try {
      const finding = this.begin() ?? this.runCommands() ?? this.end();
      return finding && this.locate(finding, this.last);
    } catch (thrown) {
      return this.locate(findingOf(thrown), this.inside.place);
    }
  }

  private begin(): Finding | undefined {
    this.options.onOperation?.(0, -1);
    for (const factory of this.options.heaps) {
      const side = new Side(factory, this.program, this.options.memory === true);
      side.guest = this.sides.length === 0 ? this.inside.lead : this.inside.follow;
      this.sides.push(side);
    }
    return checkStep(this.sides, undefined) ?? this.lookIfDue(0);
  }

  private runCommands(): Finding | FoundAt | undefined {
    const { commands } = this.program;
    for (const turn of turnsOf(commands)) {
      if (this.operations >= this.plan.limit) return undefined;
      const operation = this.bindings.resolve(turn.command);
      if (operation === null) continue;
      this.last = this.inside.begin(turn);
      const finding = this.step(turn, operation) ?? this.lookIfDue(this.last.operation);
      this.skipped = this.inside.lastIndex + 1 - this.operations;
      if (finding) return finding;
      if (this.endedBy !== undefined) return undefined;
    }
    this.skipped = commands.length - this.operations;
    return undefined;
  }

  private step(turn: Turn, operation: Operation): Finding | FoundAt | undefined {
    const { inside, sides } = this;
    for (const side of sides) {
      if (side !== sides[0]) inside.again();
      side.perform(operation);
      const finding = inside.found ?? inside.checkEnd(side);
      if (finding) return finding;
    }
    const finding = checkStep(sides, turn.command.expect);
    if (finding) return finding;

    const [first] = sides;
    this.tracker?.observe(operation, outcomeOf(first), first.statistics);
    if (first.error === undefined) {
      this.objects.observe(operation, first.result, first.host);
      this.large.observe(operation, first.result, first.host.claims);
      this.bindings.bind(turn.command, first.result);
    } else if (first.error.kind === 'FatalError') {
      this.endedBy = first.error.message;
    }
    return undefined;
  }

  private end(): Finding | undefined {
    for (const side of this.sides) {
      side.memory?.verifyAll();
      const finding = checkMemory(side);
      if (finding) return finding;
    }
    const finding = this.lastGood === this.operations ? undefined : this.look();
    if (finding) return finding;
    return this.endedBy === undefined ? this.ask() : checkDead(this.sides);
  }

  /** Looks where one is due since operation `from`: within the last operation no state could be looked at. */
  private lookIfDue(from: number): Finding | undefined {
    for (let operation = from; operation <= this.operations; operation++) {
      if (this.plan.looksAfter(operation)) return this.look();
    }
    return undefined;
  }

  private look(): Finding | undefined {
    this.states++;
    const look = lookAtStates(this.sides, this.surroundings(false));
    if ('finding' in look) return look.finding;
    this.seen = look;
    this.lastGood = this.operations;
    return undefined;
  }

  private ask(): Finding | undefined {
    if (this.seen === undefined) return undefined;
    const finding = askHeaps(this.sides, this.seen.state, this.surroundings(true));
    this.foundByAsking = finding !== undefined;
    return finding;
  }

  private surroundings(asking: boolean): Surroundings {
    const before = this.lastGood + 1 === this.last?.operation ? this.seen : undefined;
    const invariants = this.invariants.filter(({ asks }) => (asks === true) === asking);
    const { objects } = this;
    const large = this.large.current(objects);
    return { config: this.program.config, large, objects, before, invariants };
  }

  private locate(found: Finding | FoundAt, at: Place | undefined): Divergence {
    const { finding, place } = 'finding' in found ? found : { finding: found, place: at };
    if (place === undefined) return { ...finding, commandIndex: -1, operation: 0, command: null };
    const { turn, operation } = place;
    const { lastIndex } = this.inside;
    return {
      ...finding,
      ...(place.operation !== this.last?.operation && {
        message: `${finding.message} (inside of operation ${this.last?.operation ?? 0})`,
      }),
      commandIndex: turn.index,
      operation,
      command: turn.command,
      ...(lastIndex > turn.index && { lastIndex }),
    };
  }
}

/** What a heap did that kept a run from going on. */
function findingOf(thrown: unknown): Finding {
  if (thrown instanceof HeapCrash) {
    return { kind: 'crash', heap: thrown.heap, message: thrown.message, differences: [] };
  }
  if (thrown instanceof MalformedAnswer) {
    const { heap, message, problem } = thrown;
    const differences = [{ path: problem.path, expected: problem.expected, actual: problem.found }];
    return { kind: 'malformed', heap, message, differences };
  }
  throw thrown;
}
