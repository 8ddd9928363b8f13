import { SHAPES } from '../lockstep/index.js';
import { renderMismatch } from '../traces/index.js';
import { findingJson, renderFinding } from './finding.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { heapsOf } from './heaps.js';
import { printableLine } from './printable.js';
import { layOutTable, wrapWords } from './table.js';
import type { Colours, Terminal } from './terminal.js';
import type { GoldenRun, Verification } from './verification.js';

/** What a verification did and found, for a person: a table, the shapes, the findings, and the line to run it again. */
export function renderVerification(verification: Verification, { colours, columns }: Terminal): string {
  return [
    renderTable(verification, colours),
    renderShapes(verification, columns, colours),
    ...verification.mismatches.map((run) => renderGoldenMismatch(run, colours)),
    ...verification.findings.map((finding) => `${colours.red('FOUND')} ${renderFinding(finding)}`),
    renderVerdict(verification, colours),
  ].join('\n\n');
}

/** What a verification did and found, for machines. */
export function verificationJson(verification: Verification): object {
  const { plan, golden, canary, programs, shapes, findings, troubles, milliseconds } = verification;
  return {
    seed: plan.seed,
    ok: verification.exitCode() === 0,
    exitCode: verification.exitCode(),
    milliseconds: Math.round(milliseconds),
    golden: golden.map(({ trace, heap, operations, mismatch }) => ({
      file: trace.name,
      heap,
      operations,
      mismatch: mismatch ?? null,
    })),
    canary: canary.map(({ hunt, found, story }) => ({ hunt, found, story })),
    programs: { count: programs.count, withMemory: programs.withMemory, operations: programs.operations },
    shapes: shapes.toJSON(),
    unreached: shapes.unreached(),
    findings: findings.map(findingJson),
    troubles,
    reproduce: reproductionOf(verification),
  };
}

function renderTable(
  { plan, golden, canary, programs, mismatches, findings }: Verification,
  colours: Colours,
): string {
  const verdict = (fine: boolean, ran = true): string => {
    if (!ran) return colours.yellow('none');
    return fine ? colours.green('ok') : colours.red('FAILED');
  };
  const goldenOperations = golden.reduce((sum, run) => sum + run.operations, 0);
  const goldenTime = golden.reduce((sum, run) => sum + run.milliseconds, 0);
  const traces = new Set(golden.map((run) => run.trace.name)).size;
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
      ...canary.map(({ hunt, found, story }) => [`canary by ${hunt}`, story, '', '', verdict(found)]),
      [
        'programs',
        `${formatCount(programs.count)}, ${formatCount(programs.withMemory)} of them with memory checks`,
        formatCount(programs.operations),
        formatRate(programs.operations, programs.milliseconds),
        verdict(findings.length === 0, programs.count > 0),
      ],
    ],
    ['left', 'left', 'right', 'right'],
  ).join('\n');
}

/** A row for each theme, then what was missed: with its sentence if the run was long enough to expect it. */
function renderShapes(verification: Verification, columns: number, colours: Colours): string {
  const { shapes, mustReachShapes } = verification;
  const unreached = shapes.unreached();
  const rows = [...themesOf(shapes.counts)].map(([theme, counts]) => {
    const reached = counts.filter(({ count }) => count > 0);
    const times = reached.reduce((sum, { count }) => sum + count, 0);
    const least = reached.toSorted((a, b) => a.count - b.count).at(0);
    const rarest =
      least === undefined ? '' : `${least.name} ${colours.dim(`\u00d7 ${formatCount(least.count)}`)}`;
    return [theme, `${reached.length} of ${counts.length}`, formatCount(times), rarest];
  });
  const table = layOutTable(
    [['shapes', 'reached', 'times', 'rarest'].map(colours.dim), ...rows],
    ['left', 'right', 'right'],
  );
  if (unreached.length === 0) return table.join('\n');
  const missed = mustReachShapes
    ? unreached.map(({ name, what, required }) => {
        return `  ${required ? colours.red(`${name} (required)`) : name}: ${what}`;
      })
    : wrapWords(
        unreached.map(({ name }) => name),
        columns - 2,
      ).map((line) => `  ${line}`);
  return [...table, '', `Never reached: ${unreached.length} of ${SHAPES.length} shapes`, ...missed].join(
    '\n',
  );
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

function renderGoldenMismatch({ trace, heap, mismatch }: GoldenRun, colours: Colours): string {
  const text = mismatch === undefined ? '' : renderMismatch(mismatch);
  const again = `again: npx heapspec replay ${printableLine(trace.path)} --heap ${heap}`;
  return `${colours.red('FOUND')} ${text}\n${again}`;
}

function renderVerdict(verification: Verification, colours: Colours): string {
  const { plan, findings, mismatches, troubles, operations, milliseconds } = verification;
  const found = findings.length + mismatches.length;
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
  ].join(' ');
}
