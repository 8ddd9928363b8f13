import { basename, dirname, join, relative } from 'node:path';
import { parseProgram, type Program } from '../../programs/index.js';
import { CorpusFolder, programId, type SkippedFile } from '../corpus-folder.js';
import { keyOf } from '../finding-key.js';
import { makeFolder } from '../make-folder.js';
import { readProgram } from '../read-program.js';
import { RegressionsFolder } from '../regressions-folder.js';
import type { FuzzFinding, FuzzReport, MergedReport } from '../report.js';
import { cannot, StorageError } from '../storage-error.js';
import { writeWhole } from '../write-whole.js';

/** What one machine left. */
export interface ShardFolders {
  /** The folder of its corpus; there may be none. */
  readonly corpus: string;
  /** The folder of its regressions; there may be none. */
  readonly regressions: string;
  /** Its report, where there is one. */
  readonly report?: FuzzReport | MergedReport;
}

/** What became of a folder into which others were merged. */
export interface MergedFolder {
  readonly folder: string;
  /** Programs in it now. */
  readonly programs: number;
  /** Programs among them that were not there before. */
  readonly added: number;
}

/** The same of a corpus. */
export interface MergedCorpus extends MergedFolder {
  /** What stands in the folders of the shards and is no program, as far as it is named. */
  readonly leftAlone: readonly SkippedFile[];
  readonly leftAloneCount: number;
}

/** The same of regressions. */
export interface MergedRegressions extends MergedFolder {
  /** New ones that were left out, since a smaller program shows what is most probably the same. */
  readonly leftOut: number;
  /** Files that can't be read, and why. */
  readonly unreadable: readonly string[];
}

/**
 * Puts all programs of several corpora into one folder, which is made where there is none.
 *
 * @throws StorageError where it can't be written, or one of the others can't be read.
 */
export function mergeCorpora(shards: readonly ShardFolders[], target: string): MergedCorpus {
  const folder = CorpusFolder.open(target);
  const ids = new Set(folder.read().files.map(({ id }) => id));
  const before = ids.size;
  const leftAlone: SkippedFile[] = [];
  let leftAloneCount = 0;
  for (const { corpus } of shards) {
    const content = CorpusFolder.readOnly(corpus)?.read();
    if (content === undefined) continue;
    for (const { id, program } of content.files) {
      if (!ids.has(id)) folder.add(program);
      ids.add(id);
    }
    leftAlone.push(...content.skipped.map(({ file, why }) => ({ file: join(corpus, file), why })));
    leftAloneCount += content.skippedCount;
  }
  return { folder: target, programs: ids.size, added: ids.size - before, leftAlone, leftAloneCount };
}

/**
 * Puts the regressions of several machines into one folder, with what is written in them besides. What is there already
 * stays; of new findings that are most probably one defect the one comes in that the merged report tells.
 *
 * @throws StorageError where it can't be written, or one of the others can't be read.
 */
export function mergeRegressions(
  shards: readonly ShardFolders[],
  target: string,
  merged?: MergedReport,
): MergedRegressions {
  const unreadable: string[] = [];
  const ids = new Set<string>();
  for (const file of new RegressionsFolder(target).read()) {
    if ('problem' in file) unreadable.push(file.problem);
    else ids.add(programId(file.program));
  }
  const before = ids.size;
  const news = shards.flatMap((shard) =>
    new RegressionsFolder(shard.regressions).read().flatMap((file) => {
      if ('problem' in file) unreadable.push(file.problem);
      return 'problem' in file ? [] : [{ ...file, name: relative(shard.regressions, file.path), shard }];
    }),
  );
  const there = new Set([...ids, ...news.map(({ program }) => programId(program))]);
  const leftOut = new Set<string>();
  for (const { path, name, program, shard } of news) {
    const id = programId(program);
    if (ids.has(id)) continue;
    if (isOutdone(id, shard.report, merged, there)) {
      leftOut.add(id);
      continue;
    }
    copyProgram(path, target, name, program);
    ids.add(id);
  }
  return {
    folder: target,
    programs: ids.size,
    added: ids.size - before,
    leftOut: leftOut.size,
    unreadable: [...new Set(unreadable)],
  };
}

/** Whether a program was found by that shard, and for each of its defects another one is told, which is at hand. */
function isOutdone(
  id: string,
  report: ShardFolders['report'],
  merged: MergedReport | undefined,
  there: ReadonlySet<string>,
): boolean {
  const runs = report?.kind === 'merged' ? report.runs : report === undefined ? [] : [report];
  const found = runs
    .flatMap(({ findings }) => findings)
    .filter((one) => one.from.kind !== 'regression' && idOf(one) === id);
  const others = found.map((one) => {
    const told = merged?.findings.find((other) => keyOf(other) === keyOf(one));
    return told === undefined ? id : idOf(told);
  });
  return others.length > 0 && others.every((other) => other !== id && there.has(other));
}

function idOf({ program = '' }: FuzzFinding): string {
  return programId(parseProgram(program));
}

/** Copies a file, under another name where the one that it has is taken. */
function copyProgram(from: string, folder: string, name: string, program: Program): void {
  const file = readProgram(from);
  if (file.kind !== 'read') {
    throw new StorageError(`${cannot('read', from)}: it was changed while it was merged`);
  }
  const wanted = join(folder, name);
  const path = readProgram(wanted).kind === 'missing' ? wanted : otherName(wanted, program);
  makeFolder(dirname(path));
  writeWhole(path, file.content.text);
}

function otherName(path: string, program: Program): string {
  return join(dirname(path), `${basename(path, '.heap')}-${programId(program).slice(0, 8)}.heap`);
}
