import { copyFileSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { printableLine } from '../conformance/printable.js';
import { RunCounter, type RunRecord } from './campaign-counts.js';
import {
  DamageError,
  NameTable,
  readHeader,
  readRun,
  readState,
  type CampaignFacts,
  type SavedState,
} from './journal-format.js';
import type { Lane } from './lanes.js';
import { readBytes, readText } from './read-file.js';
import { cannot, storing } from './storage-error.js';

/** The two files of a lane's state. */
export interface LaneFiles {
  /** Counts and snapshot, written whole now and then. */
  readonly state: string;
  /** A line for each run since. */
  readonly journal: string;
}

/** What was found in the files of a lane. */
export interface Found {
  /** What was counted up to the end of the journal. */
  readonly state: SavedState;
  /** The runs in the journal, in order. */
  readonly records: readonly RunRecord[];
  /** Whether more lines may be added to the journal; else it has to be begun anew. */
  readonly journalGoesOn: boolean;
  readonly notes: readonly string[];
}

/** Bytes up to which the files are read: what is longer was not written by a campaign. */
const LONGEST_STATE = 256 * 2 ** 20;
const LONGEST_JOURNAL = 256 * 2 ** 20;

const LINE_FEED = 0x0a;

/** The files of a lane. */
export function filesOf({ folder, number }: Lane): LaneFiles {
  return {
    state: join(folder, `lane-${number}.state.json`),
    journal: join(folder, `lane-${number}.journal.jsonl`),
  };
}

/**
 * Finds out what a campaign had come to, whenever the process was killed that wrote it. Files of another campaign and
 * damaged ones are put aside, in the place of what was put aside before.
 *
 * @throws StorageError where that is not possible.
 */
export function recover(files: LaneFiles, campaign: CampaignFacts): Found {
  const notes: string[] = [];
  const state = recoverState(files, campaign, notes);
  const begun = state ?? { epoch: 0, counts: new RunCounter(), names: new NameTable(), snapshot: undefined };
  const records = recoverJournal(files.journal, campaign, begun, notes);
  return { state: begun, records: records ?? [], journalGoesOn: records !== undefined, notes };
}

function recoverState(
  { state: path }: LaneFiles,
  campaign: CampaignFacts,
  notes: string[],
): SavedState | undefined {
  const file = readText(path, LONGEST_STATE);
  if (file.kind === 'missing') return undefined;
  if (file.kind === 'unreadable') {
    notes.push(putAside(path, file.why));
    return undefined;
  }
  try {
    const state = readState(campaign, file.content);
    if (state === undefined) notes.push(putAside(path, OF_ANOTHER));
    return state;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    notes.push(putAside(path, `it is damaged (${error.message})`));
    return undefined;
  }
}

/** The runs that go on from a state, which then counts them; undefined where the journal is to be begun anew. */
function recoverJournal(
  path: string,
  campaign: CampaignFacts,
  state: SavedState,
  notes: string[],
): RunRecord[] | undefined {
  const file = readBytes(path, LONGEST_JOURNAL);
  if (file.kind === 'missing') return undefined;
  if (file.kind === 'unreadable') {
    notes.push(putAside(path, file.why));
    return undefined;
  }
  const lines = wholeLines(file.content);
  const epoch = epochOf(lines[0], campaign);
  // The process was killed when it had written the state and not yet begun the journal anew.
  if (typeof epoch === 'number' && epoch < state.epoch) return undefined;
  if (epoch !== state.epoch) {
    notes.push(
      putAside(path, typeof epoch === 'string' ? epoch : 'the state that it goes on from is not there'),
    );
    return undefined;
  }
  const { records, end } = readRuns(lines, state, path, notes);
  if (end < file.content.length) storing(cannot('write', path), () => truncateSync(path, end));
  return records;
}

interface Line {
  readonly bytes: Buffer;
  /** Bytes up to its end, the line feed included. */
  readonly end: number;
}

/** The lines that are complete: a process may have been killed within the last one. */
function wholeLines(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    if (feed < 0) return lines;
    lines.push({ bytes: bytes.subarray(start, feed), end: feed + 1 });
    start = feed + 1;
  }
}

const OF_ANOTHER = 'it is of another campaign or version';

/** The epoch that the first line of a journal names, or what is wrong with it. */
function epochOf(line: Line | undefined, campaign: CampaignFacts): number | string {
  try {
    return line === undefined ? 'it breaks off' : (readHeader(campaign, textOf(line)) ?? OF_ANOTHER);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return `it is damaged (${error.message})`;
  }
}

function readRuns(
  lines: readonly Line[],
  { counts, names }: SavedState,
  path: string,
  notes: string[],
): { readonly records: RunRecord[]; readonly end: number } {
  const records: RunRecord[] = [];
  let { end } = lines[0];
  for (const line of lines.slice(1)) {
    try {
      const run = readRun(textOf(line), names, counts.lastRun);
      counts.add(run);
      records.push(run);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      const copy = asideOf(path);
      storing(cannot('write', copy), () => copyFileSync(path, copy));
      notes.push(
        `${printableLine(path)}: line ${records.length + 2} is damaged (${error.message}); ` +
          `the campaign goes on from the line before it, and a copy of the whole is ${printableLine(copy)}`,
      );
      break;
    }
    ({ end } = line);
  }
  return { records, end };
}

function textOf({ bytes }: Line): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DamageError('no text', { cause: error });
  }
}

/** Renames a file that can't be gone on from; tells so. */
function putAside(path: string, why: string): string {
  const aside = asideOf(path);
  storing(cannot('rename', path), () => renameSync(path, aside));
  return `${printableLine(path)} is not gone on from, as ${why}: it was renamed to ${printableLine(aside)}`;
}

/** `lane-0.state.json` becomes `lane-0.aside.state.json`. */
function asideOf(path: string): string {
  return path.replace(/\.(\w+\.\w+)$/, '.aside.$1');
}
