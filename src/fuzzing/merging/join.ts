import { exitCodeOf } from '../exit-code-of.js';
import { keyOf } from '../finding-key.js';
import type { FuzzFinding, FuzzReport } from '../report.js';

/** What tells the run of a shard from those of all others. */
export function nameOfRun({ seed, shard: { index, count }, lane, guided }: FuzzReport): string {
  return [
    `seed ${seed}`,
    ...(count === 1 ? [] : [`shard ${index} of ${count}`]),
    ...(lane === 0 ? [] : [`lane ${lane + 1}`]),
    ...(guided ? [] : ['unguided']),
  ].join(', ');
}

/**
 * The last report of each run, in the order of their seeds and shards. A campaign that goes on counts all that it did
 * before; but no finding is forgotten.
 */
export function latestRuns(reports: readonly FuzzReport[]): FuzzReport[] {
  const groups = groupBy(reports, nameOfRun);
  return [...groups.values()].map(joinRuns).sort(inOrder);
}

/** Of what is most probably one defect the smallest program, and how often it was seen by all. */
export function worthiestFindings(lists: readonly (readonly FuzzFinding[])[]): FuzzFinding[] {
  return mergeFindings(lists, (a, b) => a + b);
}

/** Adds counts up by their names. */
export function addUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What has the same name together, in the order in which it came. */
export function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

/** Which of two findings of one defect is to be told: below 0 for the first. Different ones are never equal. */
export function compareFindings(a: FuzzFinding, b: FuzzFinding): number {
  return (
    sizeOf(a) - sizeOf(b) ||
    compareTexts(a.program ?? '', b.program ?? '') ||
    Number(b.minimal) - Number(a.minimal) ||
    compareTexts(textOf(a), textOf(b))
  );
}

function joinRuns(reports: readonly FuzzReport[]): FuzzReport {
  const latest = reports.reduce((best, report) => (compareRuns(report, best) > 0 ? report : best));
  const findings = mergeFindings(
    reports.map((report) => report.findings),
    Math.max,
  );
  return { ...latest, findings, exitCode: exitCodeOf({ ...latest, findings }) };
}

/** Above 0 where the first one is later. */
function compareRuns(a: FuzzReport, b: FuzzReport): number {
  return (
    a.campaign.runs - b.campaign.runs ||
    a.milliseconds - b.milliseconds ||
    compareTexts(withoutFindings(a), withoutFindings(b))
  );
}

function withoutFindings({ findings: _, exitCode: __, ...rest }: FuzzReport): string {
  return JSON.stringify(rest);
}

function mergeFindings(
  lists: readonly (readonly FuzzFinding[])[],
  times: (a: number, b: number) => number,
): FuzzFinding[] {
  const byKey = new Map<string, FuzzFinding>();
  for (const finding of lists.flat()) {
    const key = keyOf(finding);
    const other = byKey.get(key);
    if (other === undefined) {
      byKey.set(key, finding);
    } else {
      const occurrences = times(other.occurrences, finding.occurrences);
      byKey.set(key, { ...(compareFindings(finding, other) < 0 ? finding : other), occurrences });
    }
  }
  return [...byKey].sort(([a], [b]) => compareTexts(a, b)).map(([, finding]) => finding);
}

function sizeOf({ program = '' }: FuzzFinding): number {
  return program.split('\n').length;
}

/** What does not change when findings are joined. */
function textOf({ occurrences: _, ...rest }: FuzzFinding): string {
  return JSON.stringify(rest);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function inOrder(a: FuzzReport, b: FuzzReport): number {
  return (
    a.seed - b.seed ||
    a.shard.count - b.shard.count ||
    a.shard.index - b.shard.index ||
    a.lane - b.lane ||
    Number(b.guided) - Number(a.guided) ||
    compareTexts(a.heapspec, b.heapspec)
  );
}
