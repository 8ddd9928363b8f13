import { Bindings } from '../programs/index.js';
import type { Command, Program } from '../programs/program.js';
import type { Operation, State, Statistics } from '../spec/index.js';
import { INVARIANTS, type Invariant } from './invariants/index.js';
import { LargeSpans } from './large-spans.js';
import type { Divergence, LockstepOptions } from './report.js';
import { ShapeTracker } from './shapes/index.js';
import { HeapCrash, Side } from './side.js';
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
  operations = 0;
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
  private readonly large = new LargeSpans();
  private readonly tracker: ShapeTracker | undefined;
  private readonly invariants: readonly Invariant[];
  /** What was seen after operation `lastGood`. */
  private seen: { readonly state: State; readonly statistics: Statistics } | undefined = undefined;
  private commandIndex = -1;

  constructor(program: Program, options: LockstepOptions, plan: Plan) {
    this.program = program;
    this.options = options;
    this.plan = plan;
    this.invariants = options.invariants ?? INVARIANTS;
    this.tracker = options.shapes && new ShapeTracker(program.config, options.shapes);
  }

  /** Runs it and says what is wrong first, if anything is. */
  run(): Divergence | undefined {
    try {
      const finding = this.begin() ?? this.runCommands() ?? this.end();
      return finding && this.locate(finding);
    } catch (crash) {
      if (!(crash instanceof HeapCrash)) throw crash;
      return this.locate({ kind: 'crash', heap: crash.heap, message: crash.message, differences: [] });
    }
  }

  private begin(): Finding | undefined {
    this.options.onOperation?.(0, -1);
    for (const factory of this.options.heaps) {
      this.sides.push(new Side(factory, this.program, this.options.memory === true));
    }
    return checkStep(this.sides, undefined) ?? this.lookIfDue();
  }

  private runCommands(): Finding | undefined {
    const { commands } = this.program;
    for (let index = 0; index < commands.length && this.operations < this.plan.limit; index++) {
      const operation = this.bindings.resolve(commands[index]);
      if (operation === null) {
        this.skipped++;
        continue;
      }
      this.commandIndex = index;
      this.operations++;
      this.options.onOperation?.(this.operations, index);
      const finding = this.step(commands[index], operation) ?? this.lookIfDue();
      if (finding) return finding;
      if (this.endedBy !== undefined) return undefined;
    }
    return undefined;
  }

  private step(command: Command, operation: Operation): Finding | undefined {
    const { sides } = this;
    for (const side of sides) side.perform(operation);
    const finding = checkStep(sides, command.expect);
    if (finding) return finding;

    const [first] = sides;
    this.tracker?.observe(operation, first.outcome(), first.statistics);
    if (first.error === undefined) {
      this.bindings.bind(command, first.result);
      this.large.note(operation, first.result);
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

  private lookIfDue(): Finding | undefined {
    return this.plan.looksAfter(this.operations) ? this.look() : undefined;
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
    const before = this.lastGood === this.operations - 1 ? this.seen : undefined;
    const invariants = this.invariants.filter(({ asks }) => (asks === true) === asking);
    return { config: this.program.config, large: this.large.current(), before, invariants };
  }

  private locate(finding: Finding): Divergence {
    const { commandIndex, operations } = this;
    const command = commandIndex < 0 ? null : this.program.commands[commandIndex];
    return { ...finding, commandIndex, operation: operations, command };
  }
}
