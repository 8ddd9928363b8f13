import { STATISTIC_NAMES } from '../spec/index.js';
import { renderDifference } from '../traces/index.js';
import { formatCount, formatDuration, formatRate } from './format.js';
import { printable } from './printable.js';
import { layOutTable } from './table.js';
import type { Colours } from './terminal.js';
import { isWrong, type WorkloadRun } from './workload-run.js';

/** Differences of a run that are shown. */
const MOST_DIFFERENCES = 20;

/** Digits of a SHA-256 that a table shows. */
const DIGITS = 16;

/** Runs of workloads for a person: what is wrong, a table of the runs, and the statistics at their end. */
export function renderWorkloads(runs: readonly WorkloadRun[], colours: Colours): string {
  return [
    ...runs.filter(isWrong).map((run) => renderFault(run, colours)),
    renderRuns(runs, colours),
    ...renderStatistics(runs, colours),
  ].join('\n\n');
}

/** A run for machines. */
export function workloadJson(run: WorkloadRun): object {
  const { name, heap, milliseconds, result, recorded, differences, lost } = run;
  return {
    file: name,
    heap,
    ok: !isWrong(run),
    recorded: recorded !== undefined,
    events: run.events,
    ...result,
    milliseconds: Math.round(milliseconds),
    differences,
    ...(lost !== undefined && { lost }),
  };
}

/** What is wrong with a run. */
export function renderFault(run: WorkloadRun, colours: Colours): string {
  const { name, heap, events, recorded, differences, lost, result } = run;
  const lines: string[] = [];
  if (differences.length > 0) {
    const other = recorded === undefined ? 'the first heap' : 'the recording';
    lines.push(`${name}: ${heap} differs from ${other}`);
  } else lines.push(`${name}: ${heap} broke down at event ${formatCount(events)}`);
  if (lost !== undefined) lines.push('', `  it ${lost}`);
  else if (result?.crash !== undefined) lines.push('', `  ${result.crash}`);
  for (const difference of differences.slice(0, MOST_DIFFERENCES)) {
    lines.push('', ...renderDifference(difference));
  }
  return `${colours.red('FOUND')} ${printable(lines.join('\n'))}`;
}

function renderRuns(runs: readonly WorkloadRun[], colours: Colours): string {
  const head = ['workload', 'heap', 'events', 'cycles', 'time', 'a second', 'SHA-256 of addresses', ''];
  const rows = runs.map((run) => [
    run.name,
    run.heap,
    formatCount(run.events),
    run.result === undefined ? '-' : formatCount(run.result.cycles),
    formatDuration(run.milliseconds),
    formatRate(run.events, run.milliseconds),
    run.result === undefined ? '-' : `${run.result.addressesSha256.slice(0, DIGITS)}...`,
    verdictOf(run, colours),
  ]);
  const right = 'right' as const;
  return layOutTable([head.map(colours.dim), ...rows], ['left', 'left', right, right, right, right]).join(
    '\n',
  );
}

function verdictOf(run: WorkloadRun, colours: Colours): string {
  if (isWrong(run)) return colours.red('FAILED');
  if (run.recorded !== undefined) return colours.green('as recorded');
  const end = run.result?.endedBy;
  return colours.yellow(end === undefined ? 'not recorded' : printable(`not recorded, ended by "${end}"`));
}

/** A column for each workload, as the first heap has it; what others have differently is told elsewhere. */
function renderStatistics(runs: readonly WorkloadRun[], colours: Colours): string[] {
  const first = new Map<string, WorkloadRun>();
  for (const run of runs) if (run.result !== undefined && !first.has(run.name)) first.set(run.name, run);
  const shown = [...first.values()].flatMap(({ name, result }) =>
    result === undefined ? [] : [{ name, statistics: result.statistics }],
  );
  const rows = STATISTIC_NAMES.filter((name) => shown.some(({ statistics }) => statistics[name] !== 0)).map(
    (name) => [name, ...shown.map(({ statistics }) => formatCount(statistics[name]))],
  );
  if (rows.length === 0) return [];
  const head = ['at the end', ...shown.map(({ name }) => lastPart(name))];
  const alignments = ['left' as const, ...shown.map(() => 'right' as const)];
  return [layOutTable([head.map(colours.dim), ...rows], alignments).join('\n')];
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
