/** What came of one run of a campaign, as its journal keeps it. */
export interface RunRecord {
  /** The run's number; each is greater than those before it. */
  readonly run: number;
  /** Where its program is from: `drawn`, `mutated`. */
  readonly origin: string;
  /** How it ended: `passed`, `failed`, `hung`, `crashed`, `lost`. */
  readonly status: string;
  /** Commands of its program. */
  readonly commands: number;
  /** Operations that it performed. */
  readonly operations: number;
  /** Time, in ms, that it took its worker. */
  readonly ms: number;
  /** What it showed, each once. */
  readonly features: readonly string[];
  /** Times that it reached each shape; shapes that it did not reach are left out. */
  readonly shapes: ReadonlyMap<string, number>;
  /** Findings that were saved for it: 0 or 1 as a rule. */
  readonly findings: number;
}

/** What a campaign came to so far, in all processes that worked at one lane of it. */
export interface CampaignCounts {
  /** The last run that is counted; -1 where there is none. */
  readonly lastRun: number;
  readonly runs: number;
  /** Runs by the origin of their programs. */
  readonly origins: ReadonlyMap<string, number>;
  /** Runs by how they ended. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly operations: number;
  /** Time, in ms, that all of them took their workers. */
  readonly ms: number;
  readonly findings: number;
  /** For each feature the number of runs that showed it. */
  readonly features: ReadonlyMap<string, number>;
  /** Times that each shape was reached. */
  readonly shapes: ReadonlyMap<string, number>;
}

/** Counts runs. */
export class RunCounter implements CampaignCounts {
  lastRun = -1;
  runs = 0;
  operations = 0;
  ms = 0;
  findings = 0;
  readonly origins = new Map<string, number>();
  readonly statuses = new Map<string, number>();
  readonly features = new Map<string, number>();
  readonly shapes = new Map<string, number>();

  /** Counts a run. */
  add({ run, origin, status, operations, ms, features, shapes, findings }: RunRecord): void {
    this.lastRun = run;
    this.runs++;
    this.operations += operations;
    this.ms += ms;
    this.findings += findings;
    increase(this.origins, origin, 1);
    increase(this.statuses, status, 1);
    for (const feature of features) increase(this.features, feature, 1);
    for (const [shape, times] of shapes) increase(this.shapes, shape, times);
  }
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
