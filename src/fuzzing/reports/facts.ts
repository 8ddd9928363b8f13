import { SHAPES } from '../../lockstep/index.js';
import { formatCount, formatDuration, formatMany, formatRate } from '../format.js';
import { sayUnseen } from '../good-turing.js';
import { nameOfRun } from '../merging/join.js';
import type { FuzzReport, MergedReport } from '../report.js';

/** A report of one run, or of several. */
export type AnyReport = FuzzReport | MergedReport;

/** Shapes that are named as the rarest. */
const RAREST = 5;

/** What ran, in the order in which it is told: names and values, which may hold anything that a heap calls itself. */
export function factsOf(report: AnyReport): (readonly [name: string, value: string])[] {
  const { declaration, counts, jobs, milliseconds } = report;
  const { operations, work } = counts;
  return [
    ['heaps', declaration.name],
    ['campaign', campaignOf(report)],
    ['regressions', formatCount(counts.regressions)],
    ['corpus, run again', formatCount(counts.corpus)],
    ['new programs', newPrograms(report)],
    [
      'operations',
      `${formatCount(operations)}, ${formatRate(operations, milliseconds)}, ${formatRate(operations, work)} a core`,
    ],
    ['time', `${formatDuration(milliseconds)} on ${formatMany(jobs, 'core')}`],
    ...(report.kind === 'run' ? factsOfRun(report) : []),
    ['shapes', describeShapes(report)],
  ];
}

/** The verdict on a report, in a few words. */
export function verdictOf({ findings, troubles, unreadable }: AnyReport): string {
  if (findings.length > 0) return formatMany(findings.length, 'finding');
  return troubles.length + unreadable.length > 0 ? 'incomplete' : 'nothing found';
}

/** All programs that were run. */
export function programsOf({ counts: { regressions, corpus, drawn, mutated } }: AnyReport): number {
  return regressions + corpus + drawn + mutated;
}

/** What the runs say of what was not seen yet, a sentence or two each. */
export function unseenTold({ unseen }: AnyReport): string[] {
  return [sayUnseen(unseen.shapes, 'shape'), sayUnseen(unseen.features)];
}

/** What each of several machines did, a row each: its name, programs, operations, findings, and the verdict. */
export function shardRows({ runs }: MergedReport): string[][] {
  return runs.map((run) => [
    nameOfRun(run),
    formatCount(programsOf(run)),
    formatCount(run.counts.operations),
    formatCount(run.findings.length),
    verdictOf(run),
  ]);
}

/** What stands above {@link shardRows}. */
export const SHARD_COLUMNS = ['shard', 'programs', 'operations', 'findings', ''] as const;

function campaignOf(report: AnyReport): string {
  if (report.kind === 'run') {
    const { seed, shard, guided } = report;
    return `seed ${seed}${shard.count === 1 ? '' : `, shard ${shard.index} of ${shard.count}`}${guided ? '' : ', unguided'}`;
  }
  const seeds = [...new Set(report.runs.map(({ seed }) => seed))];
  const named = seeds.length > RAREST ? `${formatCount(seeds.length)} seeds` : `seed ${seeds.join(', ')}`;
  return `${named}, ${formatMany(report.runs.length, 'shard')}`;
}

function newPrograms({ counts: { drawn, mutated }, campaign }: AnyReport): string {
  const before = campaign.runs - drawn - mutated;
  const told = `${formatCount(drawn)} drawn, ${formatCount(mutated)} made of others`;
  return before > 0 ? `${told}; ${formatCount(before)} in runs before` : told;
}

function factsOfRun({ corpus, canary }: FuzzReport): (readonly [name: string, value: string])[] {
  const size = `${formatMany(corpus.entries, 'program')}, ${formatCount(corpus.commands)} commands`;
  const change = `${formatCount(corpus.before)} before, ${formatCount(corpus.added)} added, ${formatCount(corpus.removed)} removed`;
  return [
    ['corpus', `${size} (${change})`],
    ...(canary === undefined ? [] : [['canary', canary.story] as const]),
  ];
}

function describeShapes({ shapes }: AnyReport): string {
  const reached = Object.entries(shapes).filter(([, times]) => times > 0);
  const rarest = reached
    .sort(([, a], [, b]) => a - b)
    .slice(0, RAREST)
    .map(([name, times]) => `${name} × ${formatCount(times)}`);
  const told = rarest.length === 0 ? '' : `; rarest: ${rarest.join(', ')}`;
  return `${formatCount(reached.length)} of ${SHAPES.length} reached${told}`;
}
