import fc from 'fast-check';
import {
  checkOptions,
  FUNCTION,
  heapPrograms,
  NUMBER,
  OBJECT,
  BOOLEAN,
  TEXT,
  parseProgram,
  type OptionKinds,
  type Program,
} from '../programs/index.js';
import { CLAUSES } from './clauses/index.js';
import { BreakdownError } from './breakdown-error.js';
import { describeOrigin } from './case-origin.js';
import {
  LEVELS,
  PROFILES,
  type Declaration,
  type Implementation,
  type Level,
  type Profile,
} from './contract.js';
import { Findings, hasFailed, type Failed } from './findings.js';
import { implementationOf, type Conformer } from './heap-implementation.js';
import type { ConformanceClause, ConformanceOptions } from './options.js';
import { goldenPrograms, isOfObjects } from './programs-of-traces.js';
import type { CaseOrigin, ClauseVerdict, ConformanceReport, Verdict } from './report.js';
import { shrinkAgainst } from './shrink-finding.js';
import { isJudgedByReference, tryProgram, type Subject, type Trial } from './trial.js';

const KINDS: OptionKinds<ConformanceOptions> = {
  profile: {
    expected: PROFILES.join(', '),
    allows: (value) => (PROFILES as readonly unknown[]).includes(value),
  },
  level: { expected: LEVELS.join(' or '), allows: (value) => (LEVELS as readonly unknown[]).includes(value) },
  interleaving: BOOLEAN,
  name: TEXT,
  seed: { expected: 'a safe integer', allows: Number.isSafeInteger },
  runs: NUMBER,
  maxCommands: NUMBER,
  time: NUMBER,
  traces: BOOLEAN,
  programs: { expected: 'an array of programs', allows: Array.isArray },
  clauses: { expected: 'an array of clauses', allows: Array.isArray },
  clausesOf: FUNCTION,
  shrinkRuns: NUMBER,
  maxFindings: NUMBER,
  reproduce: FUNCTION,
  onProgress: FUNCTION,
  signal: OBJECT,
};

/** Largest arena of generated programs, in pages: a foreign heap may keep a table of all of them. */
const MOST_PAGES = 65_536;

/** Hangs, each of which takes the whole time limit, after which a run ends. */
const MOST_HANGS = 8;

/**
 * Holds an implementation to the specification: runs each clause's example, the recordings of the real heap and
 * generated programs on it, and makes what fails small by running it on the implementation itself.
 *
 * The same options give the same report, as long as the implementation answers the same and `time` is not used.
 *
 * @throws TypeError where an option is unknown or of the wrong kind.
 */
export async function checkConformance(
  conformer: Conformer,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  checkOptions<ConformanceOptions>('checkConformance', options, KINDS);
  const implementation = implementationOf(conformer, options);
  const run = new ConformanceRun(implementation, options);
  try {
    return await run.report();
  } finally {
    await implementation.stop();
  }
}

class ConformanceRun {
  private readonly implementation: Implementation;
  private readonly options: ConformanceOptions;
  private readonly findings: Findings;
  private readonly counts = {
    examples: 0,
    traces: 0,
    generated: 0,
    given: 0,
    calls: 0,
    skipped: 0,
    states: 0,
  };
  private readonly deadline: number;
  private hangs = 0;
  private stopped: string | undefined;

  constructor(implementation: Implementation, options: ConformanceOptions) {
    this.implementation = implementation;
    this.options = options;
    this.findings = new Findings(options);
    this.deadline = performance.now() + (options.time ?? Infinity);
  }

  async report(): Promise<ConformanceReport> {
    const clauses = this.options.clauses ?? CLAUSES;
    const { seed = 1 } = this.options;
    let declaration: Declaration;
    try {
      declaration = await this.implementation.start();
    } catch (error) {
      if (!(error instanceof BreakdownError)) throw error;
      return this.brokenAtStart(error, clauses, seed);
    }
    const profile = lesser(declaration.profile, this.options.profile);
    const level = this.options.level === 'pages' ? 'pages' : declaration.level;
    const { name } = declaration;
    const interleaving = declaration.interleaving === true && this.options.interleaving !== false;
    const subject: Subject = { implementation: this.implementation, name, profile, interleaving };
    const verdicts = new Map<string, Entry>();
    for (const clause of clauses) {
      verdicts.set(clause.id, await this.tryClause(subject, level, clause));
    }
    await this.tryAll(subject, level);
    for (const [index, { clauses: named }] of this.findings.list.entries()) {
      for (const id of named) blame(verdicts.get(id), index);
    }
    return this.finish(
      declaration,
      { profile, level },
      [...verdicts].map(([clause, one]) => ({ clause, ...one })),
      seed,
    );
  }

  private finish(
    declaration: Declaration,
    held: Pick<ConformanceReport, 'profile' | 'level'>,
    clauses: readonly ClauseVerdict[],
    seed: number,
  ): ConformanceReport {
    const { stopped, counts } = this;
    const findings = this.findings.list;
    return {
      declaration,
      ...held,
      seed,
      counts: { ...counts },
      clauses,
      findings,
      ...(stopped !== undefined && { stopped }),
      conforms: findings.length === 0 && stopped === undefined && counts.calls > 0,
    };
  }

  private brokenAtStart(
    { breakdown }: BreakdownError,
    clauses: readonly ConformanceClause[],
    seed: number,
  ): ConformanceReport {
    const declaration: Declaration = { name: 'the implementation', profile: 'safety', level: 'pages' };
    const kind = breakdown.kind === 'timed-out' ? 'hang' : 'crash';
    const { message } = breakdown;
    const divergence = {
      kind,
      heap: declaration.name,
      commandIndex: -1,
      operation: 0,
      command: null,
      message,
      differences: [],
    } as const;
    const finding = {
      breakdown,
      divergence,
      clauses: [],
      origin: { kind: 'given', index: -1 },
      minimal: true,
      shrinkRuns: 0,
      occurrences: 1,
    } as const;
    const reproduction = this.options.reproduce?.(finding) ?? 'implementation.start()';
    this.findings.list.push({ ...finding, reproduction });
    this.stopped = 'it could not be started';
    const { profile = 'safety', level = 'pages' } = this.options;
    // What it claims is not known: it is held to what was asked for, or else to all.
    const verdicts = clauses.map(({ id, profile: from }) => ({
      clause: id,
      ...(isBeyond(from, this.options.profile) ? entry('unsupported') : entry(breakdown.kind, 0)),
    }));
    return this.finish(declaration, { profile, level }, verdicts, seed);
  }

  private async tryClause(
    subject: Subject,
    level: Level,
    { id, profile, example }: ConformanceClause,
  ): Promise<Entry> {
    const program = parseProgram(example);
    if (isBeyond(profile, subject.profile) || (level === 'pages' && program.commands.some(isOfObjects))) {
      return entry('unsupported');
    }
    if (this.options.programs !== undefined || !this.goesOn()) return entry('not-exercised');
    this.counts.examples++;
    const { trial, index } = await this.tryOne(subject, program, true, { kind: 'example', clause: id });
    if (index < 0) return entry(trial.whole && !this.isInterrupted() ? 'passed' : 'not-exercised');
    if (trial.breakdown) return entry(trial.breakdown.kind);
    if (hasFailed(trial) && this.findings.clausesOf(trial).includes(id)) return entry('failed', index);
    const { clauses: judged = CLAUSES } = this.options;
    const named = this.findings.list[index].clauses.filter((one) =>
      judged.some((clause) => clause.id === one),
    );
    // What its own example shows wrong breaks a clause, if it does not rather break another one.
    return entry(named.length === 0 ? 'failed' : 'not-exercised');
  }

  private async tryAll(subject: Subject, level: Level): Promise<void> {
    const { programs, traces = true, runs = 300, seed = 1 } = this.options;
    if (programs !== undefined) {
      for (const [index, program] of programs.entries()) {
        if (!this.goesOn()) return;
        this.counts.given++;
        await this.tryGiven(subject, program, { kind: 'given', index });
      }
      return;
    }
    const byReference = isJudgedByReference(subject.profile);
    if (traces && byReference) {
      for await (const { trace, program } of goldenPrograms(level === 'objects')) {
        if (!this.goesOn()) return;
        this.counts.traces++;
        await this.tryOne(subject, program, true, { kind: 'trace', trace });
      }
    }
    const draw = drawing(level, byReference, this.options);
    for (let index = 0; index < runs && this.goesOn(); index++) {
      this.counts.generated++;
      await this.tryOne(subject, draw(seed, index), byReference, { kind: 'generated', seed, index });
    }
  }

  /** Judges a program by all by which one may be judged, so that it shows what was found with it, whatever found that. */
  private async tryGiven(subject: Subject, program: Program, origin: CaseOrigin): Promise<void> {
    const { index } = await this.tryOne(subject, program, true, origin);
    if (index >= 0 || isJudgedByReference(subject.profile) || !this.goesOn()) return;
    await this.tryOne(subject, program, false, origin);
  }

  /** Runs a program, and makes it small if it fails in a new way; gives the index of the finding, or -1. */
  private async tryOne(
    subject: Subject,
    program: Program,
    written: boolean,
    origin: CaseOrigin,
  ): Promise<{ trial: Trial; index: number }> {
    this.tell(describeOrigin(origin));
    const trial = await tryProgram(subject, program, written);
    this.counts.calls += trial.calls;
    this.counts.skipped += trial.skipped;
    this.counts.states += trial.states;
    // An implementation that was stopped in the midst of a case has not failed.
    if (!hasFailed(trial) || this.isInterrupted()) return { trial, index: -1 };
    if (trial.breakdown?.kind === 'timed-out') this.hangs++;
    const known = this.findings.recognise(trial);
    if (known >= 0) return { trial, index: known };
    const { shrinkRuns = 1000 } = this.options;
    const shrunk = await shrinkAgainst(subject, trial, written, {
      maxRuns: shrinkRuns,
      goesOn: () => {
        this.tell('making a finding small');
        return this.isInTime();
      },
      isAlike: this.staysWith(origin, trial),
    });
    return { trial, index: this.findings.add(trial, shrunk, origin) };
  }

  /** What breaks the clause of an example goes on breaking that, no less likely, and becomes nothing more common. */
  private staysWith(origin: CaseOrigin, failing: Failed): (smaller: Trial) => boolean {
    if (origin.kind !== 'example') return () => true;
    const placeIn = (trial: Failed): number => this.findings.clausesOf(trial).indexOf(origin.clause);
    const place = placeIn(failing);
    if (place < 0) return () => true;
    return (trial) => {
      const found = hasFailed(trial) ? placeIn(trial) : -1;
      return found >= 0 && found <= place;
    };
  }

  private isInTime(): boolean {
    return performance.now() < this.deadline && !this.isInterrupted();
  }

  private isInterrupted(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Whether another program may be begun; notes where what is left is left undone. */
  private goesOn(): boolean {
    const { maxFindings = 20 } = this.options;
    if (this.isInterrupted()) this.stopped ??= 'it was interrupted';
    else if (this.hangs >= MOST_HANGS) this.stopped ??= `the implementation hung ${MOST_HANGS} times`;
    else if (this.findings.list.length >= maxFindings) {
      this.stopped ??= `there were ${maxFindings} different findings`;
    }
    return this.stopped === undefined && this.isInTime();
  }

  private tell(doing: string): void {
    const { examples, traces, generated, given, calls } = this.counts;
    this.options.onProgress?.({
      programs: examples + traces + generated + given,
      calls,
      findings: this.findings.list.length,
      doing,
    });
  }
}

/** What is said of a clause, as far as is known. */
interface Entry {
  verdict: Verdict;
  readonly findings: number[];
}

function entry(verdict: Verdict, ...findings: number[]): Entry {
  return { verdict, findings };
}

function blame(one: Entry | undefined, index: number): void {
  if (one === undefined) return;
  if (!one.findings.includes(index)) one.findings.push(index);
  if (one.verdict === 'passed' || one.verdict === 'not-exercised') one.verdict = 'failed';
}

function lesser(claimed: Profile, wanted: Profile = claimed): Profile {
  return PROFILES[Math.min(PROFILES.indexOf(claimed), PROFILES.indexOf(wanted))];
}

/** Whether a clause of a profile is beyond another one. */
function isBeyond(profile: Profile, other: Profile = 'structure'): boolean {
  return PROFILES.indexOf(profile) > PROFILES.indexOf(other);
}

/** Draws the program of a number: the same of a seed in every run. */
function drawing(
  level: Level,
  misuse: boolean,
  { maxCommands = 300 }: ConformanceOptions,
): (seed: number, index: number) => Program {
  const arbitraries = LEVELS.slice(0, LEVELS.indexOf(level) + 1).map((one) =>
    heapPrograms({ level: one, maxCommands, maxArenaPages: MOST_PAGES, misuse: misuse ? 0.1 : 0 }),
  );
  return (seed, index) => {
    const arbitrary = arbitraries[index % arbitraries.length];
    return fc.sample(arbitrary, { seed: (seed + Math.imul(index + 1, 0x9e3779b1)) | 0, numRuns: 1 })[0];
  };
}
