import { RecordingHost, stateProblem, type Outcome } from '../../lockstep/index.js';
import {
  Bindings,
  objectHandles,
  parseProgram,
  printCommand,
  turnsOf,
  type Command,
  type Turn,
} from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import { initialStatistics, type Statistics } from '../../spec/index.js';
import { performTurn, type PerformedCommand } from '../../traces/perform-nest.js';
import type { Answer, Breakdown, Profile } from '../contract.js';
import { printable } from '../printable.js';
import type { ConformanceFinding } from '../report.js';
import { DerivedSpans } from './derived-spans.js';
import {
  compareMoments,
  describeAnswerEnd,
  describeDifference,
  describeOutcomeEnd,
  effectsOfAnswer,
  readStatistics,
  type ComparedMoment,
  type Moment,
  type ToldDifference,
} from './moment.js';

/** The heap through a program, operation by operation: as the reference has it, beside the implementation. */
export interface TimeLine {
  /** The first is before the first command, unless steps were left out. */
  readonly steps: readonly TimeLineStep[];
  /** Index of the step at which something is wrong first. */
  readonly first: number;
  /** Steps before these that were left out, since there were too many. */
  readonly leftOut: number;
  /** What is to be known of the right-hand side: where it is from. */
  readonly note: string;
}

/** A command that runs by itself, with what was there to be seen after it. */
export interface TimeLineStep extends ComparedMoment {
  /** As text; empty before the first. */
  readonly command: string;
  /** Index of the command in its program; -1 before the first. */
  readonly index: number;
  /** The commands that ran inside of it on the reference, and what they came to there. */
  readonly inside: readonly string[];
}

/** What an implementation answered to a program. */
export interface ActualRun {
  /** By the index of the command; those that were not put to it have none. */
  readonly answers: ReadonlyMap<number, Answer>;
  /** How it broke down after the last answer. */
  readonly breakdown?: Breakdown;
}

/** A time line has at most so many steps, and so many lines in them; earlier steps are left out. */
const MOST_STEPS = 200;
const MOST_LINES = 40_000;

/**
 * Records the time line of a finding by running its program on the reference, up to the operation that is wrong.
 *
 * @param profile - What the implementation was held to: what the profile leaves free is not marked as different.
 * @param actual - What it answered when it ran the program once more; without it the right-hand side has only what the
 *   finding itself tells.
 * @returns Undefined where the finding has no program.
 */
export function recordTimeLine(
  finding: ConformanceFinding,
  profile: Profile,
  actual?: ActualRun,
): TimeLine | undefined {
  if (finding.program === undefined) return undefined;
  const { config, host: script, commands } = parseProgram(finding.program);
  const host = new RecordingHost({ script, gctrace: false });
  const heap = referenceHeap.create(config, host);
  const bindings = new Bindings();
  const watched = actual && new ActualMoments(actual, initialStatistics(config.procs));
  const objects = objectHandles(commands);
  const window = new StepWindow();
  const look = (turn: Turn | undefined, done: readonly PerformedCommand[]): TimeLineStep => {
    const own = done.at(-1);
    const state = heap.state();
    const expected: Moment = {
      outcome: turn === undefined ? '' : describeOutcomeEnd(own?.outcome),
      result: own?.outcome.error === undefined ? own?.outcome.result : undefined,
      state,
      statistics: heap.statistics(),
      ...(own && { effects: own.outcome }),
    };
    const compared = compareMoments(expected, watched?.after(turn), profile);
    return {
      ...compared,
      command: turn === undefined ? '' : printCommand(turn.command, objects),
      index: turn?.index ?? -1,
      inside: done
        .slice(0, -1)
        .map(({ command, outcome }) => `${printCommand(command, objects)}: ${describeOutcomeEnd(outcome)}`),
    };
  };

  const turns = turnsOf(commands);
  const wrong = wrongTurn(turns, finding.divergence.commandIndex);
  if (wrong + 1 < MOST_STEPS) window.add(look(undefined, []));
  else window.leaveOut();
  for (const [number, turn] of turns.entries()) {
    if (number > wrong) break;
    const done = performTurn({ name: referenceHeap.name, heap, host }, bindings, turn);
    if (number > wrong - MOST_STEPS) {
      window.add(look(turn, done));
    } else {
      watched?.after(turn);
      window.leaveOut();
    }
    if (isFatal(done.at(-1)?.outcome)) break;
  }
  return window.timeLine(finding, noteOn(finding, actual));
}

/** Index of the turn in whose course a command runs; -1 for none. */
function wrongTurn(turns: readonly Turn[], commandIndex: number): number {
  return turns.findLastIndex(({ index }) => index <= commandIndex);
}

function isFatal(outcome: Outcome | undefined): boolean {
  return outcome?.error?.kind === 'FatalError';
}

function noteOn({ breakdown }: ConformanceFinding, actual: ActualRun | undefined): string {
  if (actual === undefined) {
    const end = breakdown === undefined ? '' : ` It broke down (${breakdown.kind}).`;
    return `The implementation was not run again: on its side stands only what the finding tells.${end}`;
  }
  const { breakdown: again } = actual;
  return again === undefined
    ? ''
    : printable(`It broke down after its last answer (${again.kind}): ${again.message}`);
}

/** The steps of a time line, the last of them as far as they may be kept. */
class StepWindow {
  private readonly steps: TimeLineStep[] = [];
  private lines = 0;
  private leftOut = 0;

  add(step: TimeLineStep): void {
    this.steps.push(step);
    this.lines += linesOf(step);
    while (this.lines > MOST_LINES && this.steps.length > 2) {
      const gone = this.steps.shift();
      if (gone !== undefined) this.lines -= linesOf(gone);
      this.leftOut++;
    }
  }

  leaveOut(): void {
    this.leftOut++;
  }

  /** The last step is the one that the finding speaks of, and what the finding says of it goes first. */
  timeLine({ divergence }: ConformanceFinding, note: string): TimeLine {
    const { steps, leftOut } = this;
    const last = steps.length - 1;
    const told = divergence.differences.map(describeDifference);
    const marked = steps.map((step, i) =>
      i === last ? { ...step, differences: withTold(told, step.differences) } : step,
    );
    const first = marked.findIndex(({ differences }) => differences.length > 0);
    return { steps: marked, first: first < 0 ? last : first, leftOut, note };
  }
}

function withTold(told: readonly ToldDifference[], seen: readonly ToldDifference[]): ToldDifference[] {
  const paths = new Set(told.map(([path]) => path));
  return [...told, ...seen.filter(([path]) => !paths.has(path))];
}

function linesOf({ spans, lists, statistics, others, effects }: TimeLineStep): number {
  return 1 + spans.length + lists.length + statistics.length + others.length + effects.length;
}

/** What is known of an implementation after each command that runs by itself. */
class ActualMoments {
  private readonly derived = new DerivedSpans();
  private dead = false;
  private readonly tellsEffects: boolean;
  private toldStatistics = false;

  constructor(
    private readonly run: ActualRun,
    private statistics: Statistics,
  ) {
    this.tellsEffects = [...run.answers.values()].some(
      ({ sys, clears }) => sys !== undefined || clears !== undefined,
    );
  }

  /** What it is after a command, undefined before the first; undefined where it did not answer. */
  after(turn: Turn | undefined): Moment | undefined {
    if (turn === undefined) return { outcome: '', derived: [] };
    const answer = this.run.answers.get(turn.index);
    if (answer === undefined || this.dead) return undefined;
    this.dead = answer.throw !== undefined;
    this.toldStatistics ||= answer.stats !== undefined;
    this.statistics = readStatistics(this.statistics, answer);
    this.noteAll(turn.command, answer);
    const { state } = answer;
    return {
      outcome: describeAnswerEnd(answer),
      ...(answer.ret !== undefined && { result: answer.ret }),
      ...(state !== undefined && stateProblem(state) === undefined
        ? { state }
        : { derived: this.derived.spans() }),
      ...(this.toldStatistics && { statistics: this.statistics }),
      ...(this.tellsEffects && { effects: effectsOfAnswer(answer) }),
    };
  }

  private noteAll(command: Command, answer: Answer): void {
    if (answer.skipped === true || answer.throw !== undefined || answer.refused !== undefined) return;
    this.derived.note(command, answer.ret);
  }
}
