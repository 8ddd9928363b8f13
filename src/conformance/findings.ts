import type { Divergence } from '../lockstep/index.js';
import { printProgram, type Program } from '../programs/index.js';
import { clausesOf } from './clauses-of.js';
import type { ConformanceOptions } from './options.js';
import type { CaseOrigin, ConformanceFinding } from './report.js';
import type { Shrunk } from './shrink-finding.js';
import type { Trial } from './trial.js';

/** A trial that found something wrong. */
export type Failed = Trial & Required<Pick<Trial, 'divergence'>>;

/** Whether a trial found something wrong. */
export function hasFailed(trial: Trial): trial is Failed {
  return trial.divergence !== undefined;
}

/** The findings of a run: the same thing found twice is one finding. */
export class Findings {
  readonly list: ConformanceFinding[] = [];
  private readonly indexOf = new Map<string, number>();
  private readonly options: ConformanceOptions;

  constructor(options: ConformanceOptions) {
    this.options = options;
  }

  /** Counts a failure once more if it looks like one that is known, and gives its index; -1 where it is new. */
  recognise(trial: Failed): number {
    const index = this.indexOf.get(this.keyOf(trial));
    if (index === undefined) return -1;
    this.again(index);
    return index;
  }

  /** Adds a failure that has been made small, and gives its index. */
  add(found: Failed, { trial, minimal, runs }: Shrunk, origin: CaseOrigin): number {
    const small = hasFailed(trial) ? trial : found;
    const known = this.indexOf.get(this.keyOf(small));
    const index = known ?? this.list.length;
    this.indexOf.set(this.keyOf(found), index);
    this.indexOf.set(this.keyOf(small), index);
    if (known !== undefined) {
      this.again(known);
      return known;
    }
    const finding = {
      ...(small.breakdown && { breakdown: small.breakdown }),
      divergence: small.divergence,
      clauses: this.clausesOf(small),
      origin,
      program: printProgram(small.program),
      minimal,
      shrinkRuns: runs,
      occurrences: 1,
    };
    const reproduce = this.options.reproduce ?? inCode;
    this.list.push({ ...finding, reproduction: reproduce(finding) });
    return index;
  }

  private again(index: number): void {
    const finding = this.list[index];
    this.list[index] = { ...finding, occurrences: finding.occurrences + 1 };
  }

  /** The ids of the clauses that a failure breaks, the likeliest first. */
  clausesOf({ program, divergence, clause, breakdown }: Failed): readonly string[] {
    if (breakdown) return [];
    const { clausesOf: names } = this.options;
    if (names === undefined && clause !== undefined) return [clause];
    return (names ?? idsOf)(program, divergence);
  }

  /** What failures have in common that are most probably one: numbers are of no account. */
  private keyOf(trial: Failed): string {
    const { kind, command, message, differences } = trial.divergence;
    if (trial.breakdown) return `${trial.breakdown.kind} ${command?.op ?? ''}`;
    const paths = [...new Set(differences.map(({ path }) => path.replace(/\[[^\]]*\]/g, '[]')))].slice(0, 3);
    return [
      kind,
      command?.op ?? '',
      message.replace(/-?\d+/g, '#'),
      ...paths,
      this.clausesOf(trial)[0] ?? '',
    ].join(' ');
  }
}

function idsOf(program: Program, divergence: Divergence): readonly string[] {
  return clausesOf(program, divergence).map(({ id }) => id);
}

function inCode({ program }: Omit<ConformanceFinding, 'reproduction'>): string {
  return `checkConformance(implementation, { programs: [parseProgram(${JSON.stringify(program)})] })`;
}
