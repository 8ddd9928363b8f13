import { RunCounter, type CampaignCounts, type RunRecord } from './campaign-counts.js';

/** What has to be the same for a campaign to go on: its seed, shard, version, heap. */
export type CampaignFacts = Readonly<Record<string, string | number | boolean>>;

/** What stands in the state file of a lane. */
export interface SavedState {
  /** Counts up with each state of a lane; the journal that goes on from a state has its number. */
  readonly epoch: number;
  readonly counts: RunCounter;
  readonly names: NameTable;
  /** What the campaign itself keeps; undefined where it has kept nothing yet. */
  readonly snapshot: unknown;
}

/** Version of both files. */
const FORMAT = 2;

/** A text is not what a file of a campaign holds: it was damaged. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/** Names by small numbers: each line of a journal names hundreds of features. */
export class NameTable {
  private readonly numbers = new Map<string, number>();

  constructor(readonly names: string[] = []) {
    names.forEach((name, number) => this.numbers.set(name, number));
  }

  numberOf(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.names.push(name);
      this.numbers.set(name, number);
    }
    return number;
  }
}

/** The state of a lane as text. */
export function printState(campaign: CampaignFacts, state: SavedState): string {
  const { epoch, counts, names, snapshot } = state;
  const { lastRun, runs, operations, ms, findings } = counts;
  // Both may add names to the table, which is printed last.
  const features = pairs(counts.features, names);
  const shapes = pairs(counts.shapes, names);
  return `${JSON.stringify({
    format: FORMAT,
    campaign,
    epoch,
    counts: { lastRun, runs, operations, ms, findings, ...namedCounts(counts), features, shapes },
    names: names.names,
    snapshot,
  })}\n`;
}

/**
 * Reads what {@link printState} wrote; undefined where it is of another campaign or format.
 *
 * @throws DamageError
 */
export function readState(campaign: CampaignFacts, text: string): SavedState | undefined {
  const state = record(parse(text));
  if (state.format !== FORMAT || !sameCampaign(campaign, state.campaign)) return undefined;
  const names = new NameTable(distinct(list(state.names).map(string)));
  const saved = record(state.counts);
  const counts = new RunCounter();
  counts.lastRun = integer(saved.lastRun, -1);
  counts.runs = integer(saved.runs);
  counts.operations = integer(saved.operations);
  counts.ms = number(saved.ms);
  counts.findings = integer(saved.findings);
  fill(counts.origins, Object.entries(record(saved.origins)));
  fill(counts.statuses, Object.entries(record(saved.statuses)));
  fill(counts.features, named(saved.features, names.names));
  fill(counts.shapes, named(saved.shapes, names.names));
  return { epoch: integer(state.epoch), counts, names, snapshot: state.snapshot };
}

/** The first line of a journal, without a line feed. */
export function printHeader(campaign: CampaignFacts, epoch: number): string {
  return JSON.stringify({ format: FORMAT, campaign, epoch });
}

/**
 * The epoch of a journal; undefined where it is of another campaign or format.
 *
 * @throws DamageError
 */
export function readHeader(campaign: CampaignFacts, line: string): number | undefined {
  const header = record(parse(line));
  if (header.format !== FORMAT || !sameCampaign(campaign, header.campaign)) return undefined;
  return integer(header.epoch);
}

/** A run as a line of a journal, without a line feed. Names that are new to the table stand in the line. */
export function printRun(run: RunRecord, names: NameTable): string {
  const known = names.names.length;
  const features = run.features.map((name) => names.numberOf(name));
  const shapes = pairs(run.shapes, names);
  const fresh = names.names.slice(known);
  return JSON.stringify({
    run: run.run,
    origin: run.origin,
    status: run.status,
    commands: run.commands,
    ops: run.operations,
    ms: run.ms,
    ...(fresh.length === 0 ? {} : { names: fresh }),
    features,
    shapes,
    findings: run.findings,
  });
}

/**
 * Reads what {@link printRun} wrote, and takes its new names into the table.
 *
 * @param after - The run before it.
 * @throws DamageError
 */
export function readRun(line: string, names: NameTable, after: number): RunRecord {
  const data = record(parse(line));
  const fresh = data.names === undefined ? [] : list(data.names).map(string);
  const all = fresh.length === 0 ? names.names : distinct([...names.names, ...fresh]);
  const run: RunRecord = {
    run: integer(data.run, after + 1),
    origin: string(data.origin),
    status: string(data.status),
    commands: integer(data.commands),
    operations: integer(data.ops),
    ms: number(data.ms),
    features: list(data.features).map((feature) => nameOf(feature, all)),
    shapes: new Map(named(data.shapes, all)),
    findings: integer(data.findings),
  };
  for (const name of fresh) names.numberOf(name);
  return run;
}

function sameCampaign(wanted: CampaignFacts, found: unknown): boolean {
  const facts = record(found);
  const keys = Object.keys(wanted);
  return keys.length === Object.keys(facts).length && keys.every((key) => facts[key] === wanted[key]);
}

function namedCounts({ origins, statuses }: CampaignCounts): object {
  return { origins: Object.fromEntries(origins), statuses: Object.fromEntries(statuses) };
}

/** Each name's number, and its count behind it. */
function pairs(counts: ReadonlyMap<string, number>, names: NameTable): number[] {
  return [...counts].flatMap(([name, count]) => [names.numberOf(name), count]);
}

function named(data: unknown, names: readonly string[]): [string, number][] {
  const flat = list(data);
  if (flat.length % 2 !== 0) throw new DamageError('a name without a count');
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    nameOf(flat[2 * i], names),
    integer(flat[2 * i + 1]),
  ]);
}

function nameOf(data: unknown, names: readonly string[]): string {
  const name = names.at(integer(data));
  if (name === undefined) throw new DamageError('a name that is not known');
  return name;
}

function distinct(names: string[]): string[] {
  if (new Set(names).size === names.length) return names;
  throw new DamageError('a name that was given before');
}

function fill(counts: Map<string, number>, entries: Iterable<readonly [string, unknown]>): void {
  for (const [name, count] of entries) counts.set(name, integer(count));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DamageError('no JSON', { cause: error });
  }
}

function record(data: unknown): Record<string, unknown> {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    return data as Record<string, unknown>;
  }
  throw new DamageError('no record');
}

function list(data: unknown): unknown[] {
  if (Array.isArray(data)) return data as unknown[];
  throw new DamageError('no list');
}

function string(data: unknown): string {
  if (typeof data === 'string') return data;
  throw new DamageError('no text');
}

function number(data: unknown): number {
  if (typeof data === 'number' && data >= 0) return data;
  throw new DamageError('no number');
}

function integer(data: unknown, least = 0): number {
  if (Number.isSafeInteger(data) && (data as number) >= least) return data as number;
  throw new DamageError('no whole number, or one too small');
}
