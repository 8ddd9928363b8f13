import { inspect } from 'node:util';
import { DEFAULT_CONFIG, STATISTIC_NAMES, type HeapConfig } from '../spec/index.js';
import { OBLIGING_HOST } from '../programs/index.js';
import {
  TRACE_FORMAT,
  TRACE_VERSION,
  type ChangedStatistics,
  type TraceClaim,
  type TraceHeader,
  type TraceOperation,
  type TraceRecord,
} from './trace.js';

/** A record without its place in a file. */
export type UnplacedRecord<R extends TraceRecord = TraceRecord> = R extends TraceRecord
  ? Omit<R, 'file' | 'line'>
  : never;

/**
 * A record in canonical JSON, without a line feed: no white space, the keys of a record in the format's order, those
 * within arguments, results and states sorted as strings, and nothing that is empty or a default.
 *
 * @throws TypeError where a value is none that JSON knows, such as NaN.
 */
export function printRecord(record: UnplacedRecord): string {
  switch (record.kind) {
    case 'header':
      return printHeader(record);
    case 'step':
      return printStep(record);
    case 'state':
      return `{"state":${canonicalJson(record.state)}}`;
  }
}

/** Plain data as JSON without white space, its keys sorted as strings; what is undefined is left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries: string[] = [];
    for (const key of Object.keys(value).sort()) {
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (item !== undefined) entries.push(`${JSON.stringify(key)}:${canonicalJson(item)}`);
    }
    return `{${entries.join(',')}}`;
  }
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  throw new TypeError(`a trace has no way to write ${inspect(value)}`);
}

/** Settings that every header gives; the others are given where they are not the default. */
const ALWAYS_GIVEN: ReadonlySet<keyof HeapConfig> = new Set(['physPageSize', 'arenaPages', 'procs']);

function printHeader({ level, config, host, provenance }: UnplacedRecord<TraceHeader>): string {
  const given = (Object.keys(DEFAULT_CONFIG) as (keyof HeapConfig)[]).filter(
    (name) => ALWAYS_GIVEN.has(name) || config[name] !== DEFAULT_CONFIG[name],
  );
  return JSON.stringify({
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    level,
    config: Object.fromEntries(given.map((name) => [name, config[name]])),
    ...(host !== undefined && host.refusals !== OBLIGING_HOST.refusals && { host }),
    seed: provenance.seed,
    style: provenance.style,
    source: provenance.source,
  });
}

function printStep(step: TraceOperation): string {
  const { op, ...args } = step.operation;
  const parts = [`"op":"${op}"`];
  const printedArgs = canonicalJson(args);
  if (printedArgs !== '{}') parts.push(`"args":${printedArgs}`);
  if (step.throw !== undefined) parts.push(`"throw":${JSON.stringify(step.throw)}`);
  else if (step.result !== undefined) parts.push(`"ret":${canonicalJson(step.result)}`);
  if (step.claims.length > 0) parts.push(`"claims":[${step.claims.map(printClaim).join(',')}]`);
  if (step.sys.length > 0) parts.push(`"sys":${canonicalJson(step.sys)}`);
  if (step.finalizers.length > 0) parts.push(`"finalizers":${canonicalJson(step.finalizers)}`);
  if (step.profiles.length > 0) parts.push(`"profiles":${canonicalJson(step.profiles)}`);
  parts.push(...printStats(step.stats));
  return `{${parts.join(',')}}`;
}

function printClaim({ span, stats, steps }: TraceClaim): string {
  const parts = [`"span":${canonicalJson(span)}`, ...printStats(stats)];
  if (steps.length > 0) parts.push(`"steps":[${steps.map(printStep).join(',')}]`);
  return `{${parts.join(',')}}`;
}

/** The key `stats` with its value; nothing where there are none. */
function printStats(stats: ChangedStatistics): string[] {
  const entries = STATISTIC_NAMES.filter((name) => stats[name] !== undefined).map(
    (name) => `"${name}":${canonicalJson(stats[name])}`,
  );
  return entries.length === 0 ? [] : [`"stats":{${entries.join(',')}}`];
}
