import { printableLine } from '../../conformance/printable.js';
import { requiredShapesBut, SHAPES_FROM } from '../campaign-report.js';
import { exitCodeOf } from '../exit-code-of.js';
import type { FuzzReport, Incidence, MergedReport } from '../report.js';
import { unseenBy } from '../unseen-by.js';
import { addUp, groupBy, latestRuns, nameOfRun, worthiestFindings } from './join.js';

/** Reports can't be joined, since they are not about the same. */
export class MergeError extends Error {
  override readonly name = 'MergeError';
}

/** What is wrong besides with what was to be joined, a sentence each. */
export interface MergeTroubles {
  readonly troubles?: readonly string[];
  /** Reports that can't be read, and why. */
  readonly unreadable?: readonly string[];
}

/**
 * Joins the reports of several machines. In which order they are given does not matter, nor whether some were joined
 * before, nor how often one is given; of two of the same shard the later one counts, with the findings of both.
 *
 * @param reports - One at least.
 * @param besides - What kept this from being whole, besides what the reports themselves say.
 * @throws {@link MergeError} where they are of different heaps or versions, or of shards that overlap.
 */
export function mergeReports(
  reports: readonly (FuzzReport | MergedReport)[],
  { troubles = [], unreadable: others = [] }: MergeTroubles = {},
): MergedReport {
  const all = reports.flatMap((report) => (report.kind === 'merged' ? report.runs : [report]));
  if (all.length === 0) throw new MergeError('there is no report to merge');
  requireAlike(all);
  const runs = latestRuns(all);
  const [{ heapspec, declaration }] = runs;
  const sum = (of: (run: FuzzReport) => number): number => runs.reduce((all, run) => all + of(run), 0);
  const findings = worthiestFindings(runs.map((run) => run.findings));
  const shapes = addUp(runs.map((run) => run.shapes));
  const missing = missingShards(runs);
  const missedShapes = missedBy(runs, shapes);
  const said = (of: (run: FuzzReport) => readonly string[]): string[] =>
    runs.flatMap((run) => of(run).map((what) => (runs.length === 1 ? what : `${nameOfRun(run)}: ${what}`)));
  const allTroubles = [
    ...missing.map((shard) => `there is no report of ${shard}`),
    ...troubles,
    ...said((run) => run.troubles),
    ...(missedShapes.length === 0 || runs.some((run) => run.missedShapes.length > 0)
      ? []
      : [`required shapes were reached by no shard: ${missedShapes.join(', ')}`]),
  ];
  const unreadable = [...new Set([...others, ...runs.flatMap((run) => run.unreadable)])];
  return {
    format: 1,
    kind: 'merged',
    heapspec,
    declaration,
    jobs: sum(({ jobs }) => jobs),
    milliseconds: Math.max(...runs.map(({ milliseconds }) => milliseconds)),
    counts: {
      regressions: sum(({ counts }) => counts.regressions),
      corpus: sum(({ counts }) => counts.corpus),
      drawn: sum(({ counts }) => counts.drawn),
      mutated: sum(({ counts }) => counts.mutated),
      operations: sum(({ counts }) => counts.operations),
      work: sum(({ counts }) => counts.work),
    },
    campaign: {
      runs: sum(({ campaign }) => campaign.runs),
      drawn: sum(({ campaign }) => campaign.drawn),
      mutated: sum(({ campaign }) => campaign.mutated),
      operations: sum(({ campaign }) => campaign.operations),
    },
    shapes,
    missedShapes,
    unseen: unseenBy(incidenceOf(runs)),
    findings,
    unreadable,
    notes: [...notesOn(runs), ...said((run) => run.notes)],
    troubles: allTroubles,
    exitCode: exitCodeOf({ findings, troubles: allTroubles, unreadable }),
    runs,
    missing,
  };
}

/** Sees that all are about one heap, in one version, and that no program was counted twice. */
function requireAlike(runs: readonly FuzzReport[]): void {
  const versions = [...new Set(runs.map(({ heapspec }) => heapspec))];
  if (versions.length > 1) {
    throw new MergeError(
      `the reports are of different versions of heapspec, which draw different programs: ${named(versions)}`,
    );
  }
  const declarations = new Map(runs.map(({ declaration }) => [canonical(declaration), declaration]));
  if (declarations.size > 1) {
    const told = [...declarations.values()].map(
      ({ name, version = '', profile, level }) => `${name}${version && ` ${version}`} (${profile}, ${level})`,
    );
    throw new MergeError(`the reports are of different heaps: ${named(told)}`);
  }
  for (const [campaign, some] of campaignsOf(runs)) {
    const counts = [...new Set(some.map(({ shard }) => String(shard.count)))];
    if (counts.length > 1) {
      throw new MergeError(
        `${campaign} was split among ${counts.join(' and among ')} shards, which have programs in common`,
      );
    }
  }
}

/** Shards of which there is no report, in words. */
function missingShards(runs: readonly FuzzReport[]): string[] {
  const several = campaignsOf(runs).size > 1;
  return [...campaignsOf(runs)].flatMap(([campaign, some]) => {
    const [
      {
        shard: { count },
      },
    ] = some;
    const there = new Set(some.map(({ shard }) => shard.index));
    if (there.size === count) return [];
    const absent = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !there.has(index));
    return [`shard ${ranges(absent)} of ${count}${several ? ` of ${campaign}` : ''}`];
  });
}

/** The runs of each campaign, under its name. */
function campaignsOf(runs: readonly FuzzReport[]): ReadonlyMap<string, readonly FuzzReport[]> {
  return groupBy(runs, ({ seed, guided }) => `the campaign of seed ${seed}${guided ? '' : ', unguided'}`);
}

function missedBy(runs: readonly FuzzReport[], shapes: Readonly<Record<string, number>>): string[] {
  const drawn = runs.reduce((sum, { campaign }) => sum + campaign.drawn, 0);
  const must = runs.every(({ reachesAllShapes }) => reachesAllShapes) && drawn >= SHAPES_FROM;
  if (!must || runs.some(({ findings }) => findings.length > 0)) return [];
  return requiredShapesBut((name) => Object.hasOwn(shapes, name));
}

function notesOn(runs: readonly FuzzReport[]): string[] {
  const campaigns = [...campaignsOf(runs).keys()];
  return campaigns.length > 1 ? [`several campaigns were joined: ${campaigns.join('; ')}`] : [];
}

function incidenceOf(runs: readonly FuzzReport[]): Incidence {
  return {
    programs: runs.reduce((sum, { incidence }) => sum + incidence.programs, 0),
    features: addUp(runs.map(({ incidence }) => incidence.features)),
  };
}

/** `1, 3 to 5`. */
function ranges(numbers: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const number of numbers) {
    const part = parts.at(-1);
    if (part?.[1] === number - 1) part[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}

function named(names: readonly string[]): string {
  return names.map(printableLine).join('; ');
}

/** A declaration as text that does not depend on the order of its keys. */
function canonical(declaration: object): string {
  return JSON.stringify(Object.entries(declaration).sort(([a], [b]) => (a < b ? -1 : 1)));
}
