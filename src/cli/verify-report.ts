import { SHAPES } from '../lockstep/index.js';
import { join } from 'node:path';
import { workloadFolder } from '../traces/index.js';
import {
  findingJson,
  mismatchJson,
  renderFinding,
  renderTraceMismatch,
  replayLine,
  shellQuoted,
} from './finding.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { heapsOf } from './heaps.js';
import { timeoutArgument } from './options.js';
import { printableLine } from './printable.js';
import { layOutTable } from './table.js';
import type { Colours, Terminal } from './terminal.js';
import { DEFAULT_RUNS, type GoldenRun, type Verification } from './verification.js';
import { renderFault } from './workload-report.js';
import type { WorkloadRun } from './workload-run.js';

/** What a verification did and found, for a person: the findings, a table, the shapes, and the line to run it again. */
export function renderVerification(verification: Verification, { colours }: Terminal): string {
  return [
    ...verification.mismatches.map((run) => renderGoldenMismatch(run, verification, colours)),
    ...verification.wrongWorkloads.map((run) => renderWorkloadFault(run, verification, colours)),
    ...verification.findings.map((finding) => `${colours.red('FOUND')} ${renderFinding(finding)}`),
    renderTable(verification, colours),
    renderShapes(verification, colours),
    renderVerdict(verification, colours),
  ].join('\n\n');
}

/** What a verification did and found, for machines. */
export function verificationJson(verification: Verification): object {
  const { plan, golden, workloads, canaries, programs, shapes, findings, troubles, milliseconds } =
    verification;
  return {
    seed: plan.seed,
    ok: verification.exitCode() === 0,
    exitCode: verification.exitCode(),
    milliseconds: Math.round(milliseconds),
    golden: golden.map(({ trace, heap, operations, mismatch }) => ({
      file: trace.name,
      heap,
      operations,
      mismatch: mismatch === undefined ? null : mismatchJson(mismatch),
    })),
    workloads: workloads.map(workloadOutline),
    canaries: canaries.map(({ canary, hunt, found, story }) => ({ canary, hunt, found, story })),
    programs: { count: programs.count, withMemory: programs.withMemory, operations: programs.operations },
    shapes: shapes.toJSON(),
    unreached: shapes.unreached(),
    findings: findings.map(findingJson),
    troubles,
    reproduce: reproductionOf(verification),
  };
}

function renderTable(
  { plan, golden, workloads, wrongWorkloads, canaries, programs, mismatches, findings }: Verification,
  colours: Colours,
): string {
  const verdict = (fine: boolean, ran = true): string => {
    if (!ran) return colours.yellow('none');
    return fine ? colours.green('ok') : colours.red('FAILED');
  };
  const goldenOperations = golden.reduce((sum, run) => sum + run.operations, 0);
  const goldenTime = golden.reduce((sum, run) => sum + run.milliseconds, 0);
  const traces = new Set(golden.map((run) => run.trace.name)).size;
  const events = workloads.reduce((sum, run) => sum + run.events, 0);
  const workloadTime = workloads.reduce((sum, run) => sum + run.milliseconds, 0);
  const programsRun = new Set(workloads.map((run) => run.name)).size;
  return layOutTable(
    [
      ['what', 'ran', 'operations', 'a second', ''].map(colours.dim),
      [
        'golden traces',
        `${formatCount(traces)} on ${heapsOf(plan.heaps).join(' and ')}`,
        formatCount(goldenOperations),
        formatRate(goldenOperations, goldenTime),
        verdict(mismatches.length === 0, golden.length > 0),
      ],
      [
        'golden workloads',
        `${formatCount(programsRun)} on ${heapsOf(plan.heaps).join(' and ')}`,
        formatCount(events),
        formatRate(events, workloadTime),
        verdict(wrongWorkloads.length === 0, workloads.length > 0),
      ],
      ...canaries.map(({ canary, hunt, found, story }) => [
        `${canary} by ${hunt}`,
        story,
        '',
        '',
        verdict(found),
      ]),
      [
        'programs',
        `${formatCount(programs.count)}, ${formatCount(programs.withMemory)} of them with memory checks`,
        formatCount(programs.operations),
        formatRate(programs.operations, programs.milliseconds),
        verdict(findings.length === 0, programs.count + findings.length > 0),
      ],
    ],
    ['left', 'left', 'right', 'right'],
  ).join('\n');
}

/**
 * A row for each theme, and what was missed of it. Where something went wrong, or the run was too short to expect all, a
 * line says how much was reached; the shapes that were not are listed only where they are what went wrong.
 */
function renderShapes(verification: Verification, colours: Colours): string {
  const { shapes, mustReachShapes, interrupted, missedShapes } = verification;
  const unreached = shapes.unreached();
  const reached = `${formatCount(SHAPES.length - unreached.length)} of ${SHAPES.length} shapes were reached`;
  if (verification.failed) return `${reached}; that is not judged, since a heap fails.`;
  if (interrupted) return `${reached}; that is not judged, since the run was interrupted.`;
  const table = renderThemes(shapes.counts, colours);
  if (!mustReachShapes) {
    const least = formatCount(DEFAULT_RUNS);
    return `${table}\n\n${reached}; that is judged from ${least} programs on, --json tells them all.`;
  }
  const missed = missedShapes.map(({ name, what }) => `  ${colours.red(name)}: ${what}`);
  if (missed.length === 0) return `${table}\n\n${reached}, all required ones among them.`;
  return [table, '', `${reached}; required, but not reached:`, ...missed].join('\n');
}

function renderThemes(counts: ReadonlyMap<string, number>, colours: Colours): string {
  const rows = [...themesOf(counts)].map(([theme, shapes]) => {
    const reached = shapes.filter(({ count }) => count > 0);
    const times = reached.reduce((sum, { count }) => sum + count, 0);
    const least = reached.toSorted((a, b) => a.count - b.count).at(0);
    const rarest =
      least === undefined ? '' : `${least.name} ${colours.dim(`\u00d7 ${formatCount(least.count)}`)}`;
    return [theme, `${reached.length} of ${shapes.length}`, formatCount(times), rarest];
  });
  return layOutTable(
    [['shapes', 'reached', 'times', 'rarest'].map(colours.dim), ...rows],
    ['left', 'right', 'right'],
  ).join('\n');
}

interface ShapeCount {
  /** Within its theme. */
  readonly name: string;
  readonly count: number;
}

function themesOf(counts: ReadonlyMap<string, number>): ReadonlyMap<string, readonly ShapeCount[]> {
  const themes = new Map<string, ShapeCount[]>();
  for (const [path, count] of counts) {
    const [theme, name] = path.split('/', 2);
    themes.set(theme, [...(themes.get(theme) ?? []), { name, count }]);
  }
  return themes;
}

function renderGoldenMismatch(
  { trace, heap, mismatch }: GoldenRun,
  { plan }: Verification,
  colours: Colours,
): string {
  const text = mismatch === undefined ? '' : renderTraceMismatch(mismatch);
  const again = `again: ${printableLine(replayLine(trace.path, heap, plan.patience))}`;
  return `${colours.red('FOUND')} ${text}\n${again}`;
}

function renderWorkloadFault(run: WorkloadRun, { plan }: Verification, colours: Colours): string {
  const file = join(workloadFolder(), run.name);
  const timeout = timeoutArgument(plan.patience);
  const line = `npx heapspec workload ${shellQuoted(file)} --heap ${run.heap}${timeout}`;
  return `${renderFault(run, colours)}\nagain: ${printableLine(line)}`;
}

/** A workload as it stands among the JSON of a verification: its statistics are those of the index, or differ. */
function workloadOutline({ name, heap, events, result, differences, lost }: WorkloadRun): object {
  const cycles = result?.cycles ?? null;
  return { file: name, heap, events, cycles, differences, lost: lost ?? result?.crash ?? null };
}

function renderVerdict(verification: Verification, colours: Colours): string {
  const { plan, findings, mismatches, wrongWorkloads, troubles, operations, milliseconds } = verification;
  const found = findings.length + mismatches.length + wrongWorkloads.length;
  const verdict =
    found > 0
      ? colours.red(formatMany(found, 'finding'))
      : troubles.length > 0
        ? colours.yellow('incomplete')
        : colours.green('all well');
  return [
    ...troubles.map((trouble) => `${colours.yellow('incomplete:')} ${printableLine(trouble)}`),
    `${verdict}: ${formatMany(operations, 'operation')} in ${formatDuration(milliseconds)}, seed ${plan.seed}`,
    `again: ${reproductionOf(verification)}`,
  ].join('\n');
}

/** The line that does the same run once more, however long it was to take. */
function reproductionOf({ plan, programs }: Verification): string {
  const runs = plan.runs ?? (plan.time === undefined ? undefined : Math.max(programs.count, 1));
  return [
    `npx heapspec verify --seed ${plan.seed}`,
    ...(runs === undefined ? [] : [`--runs ${runs}`]),
    ...(plan.heaps === 'both' ? [] : [`--heap ${plan.heaps}`]),
  ]
    .join(' ')
    .concat(timeoutArgument(plan.patience));
}
