import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLAUSES, clausesOf, clausesOfMismatch, type Clause } from '../conformance/index.js';
import { describeShrinking } from '../fuzzing/describe-finding.js';
import { renderDivergence, type Divergence } from '../lockstep/index.js';
import { printProgram, type Program } from '../programs/index.js';
import { renderMismatch, type TraceMismatch } from '../traces/index.js';
import type { Check, Shrunk } from './checking.js';
import type { HeapChoice } from './heaps.js';
import { timeoutArgument } from './options.js';
import { writeFileWhole } from './output-file.js';
import { printable, printableLine } from './printable.js';

/** A program at which heaps went wrong. */
export interface Finding {
  readonly program: Program;
  readonly check: Check;
  /** How they went wrong; left out where the run of the program did not come to an end. */
  readonly divergence?: Divergence;
  /** Where the program is from and what was done to it, in words. */
  readonly history: string;
}

/** A finding in a file. */
export interface SavedFinding extends Finding {
  /** Undefined where no file could be written. */
  readonly path?: string;
}

/** A name for the file of a finding, made from the program as it was first found. */
export function findingFileName(program: Program): string {
  const hash = createHash('sha256').update(printProgram(program)).digest('hex');
  return `heapspec-finding-${hash.slice(0, 8)}.heap`;
}

/** Saves a finding in the working directory, or, where that is not possible, in the one for temporary files. */
export async function saveFinding(finding: Finding, fileName: string): Promise<SavedFinding> {
  const path = await saveText(fileName, (at) => findingText(finding, at));
  return path === undefined ? finding : { ...finding, path };
}

/**
 * Saves a text in the same places; gives its path, or undefined where there is no place for it.
 *
 * @param text - Makes the text for the path.
 */
export async function saveText(
  fileName: string,
  text: (path: string) => string,
): Promise<string | undefined> {
  for (const path of [fileName, join(tmpdir(), fileName)]) {
    try {
      await writeFileWhole(path, { force: true }, (write) => write(Buffer.from(text(path))));
      return path;
    } catch {
      // The next place, or the terminal alone.
    }
  }
  return undefined;
}

/** What is wrong, in half a sentence. */
export function headlineOf(finding: Pick<Finding, 'divergence'>): string {
  const { divergence } = finding;
  if (divergence === undefined) return 'the run of this program did not come to its end';
  const { kind, heap, against, operation } = divergence;
  const beside = against === undefined ? '' : ` (expected: ${against})`;
  return `${heap}${beside}: ${kind} ${kind === 'hang' ? 'at' : 'after'} operation ${operation}`;
}

/** The line that shows a finding again. */
export function reproductionOf(finding: Finding, path: string): string {
  return replayLine(path, finding.check.heaps, finding.check.patience);
}

/**
 * The line that replays a file.
 *
 * @param patience - Time, in ms, that a heap has for one call.
 */
export function replayLine(path: string, heaps: HeapChoice, patience: number): string {
  const heap = heaps === 'both' ? '' : ` --heap ${heaps}`;
  return `npx heapspec replay ${shellQuoted(path)}${heap}${timeoutArgument(patience)}`;
}

/** The clauses of the specification that a finding breaks, a line each; none where nothing is known. */
export function brokenClauses(program: Program, divergence: Divergence | undefined): string[] {
  return divergence === undefined ? [] : clausesOf(program, divergence).map(brokenClause);
}

/** The names of those clauses, for machines. */
export function clauseIds(program: Program, divergence: Divergence | undefined): string[] {
  return divergence === undefined ? [] : clausesOf(program, divergence).map(({ id }) => id);
}

/** A clause that a finding breaks, as a line; the first one, by its index, is the likeliest. */
export function brokenClause({ id, text, source }: Clause, index: number): string {
  return `${index === 0 ? 'breaks' : '    or'} ${id}: ${text} (${source})`;
}

/** How a heap differs from a trace, with the ids of the clauses that it breaks where a second look has found them. */
export interface ToldMismatch extends TraceMismatch {
  readonly clauses?: readonly string[];
}

/** How a heap differs from a trace, for a terminal, with the clauses of the specification that it breaks. */
export function renderTraceMismatch(mismatch: ToldMismatch): string {
  const broken = clausesBroken(mismatch).map(brokenClause);
  return [renderMismatch(mismatch), ...(broken.length > 0 ? [broken.join('\n')] : [])].join('\n\n');
}

/** The same for machines. */
export function mismatchJson(mismatch: ToldMismatch): object {
  return { ...mismatch, clauses: clausesBroken(mismatch).map(({ id }) => id) };
}

function clausesBroken(mismatch: ToldMismatch): readonly Clause[] {
  const { clauses } = mismatch;
  if (clauses === undefined) return clausesOfMismatch(mismatch);
  return clauses.flatMap((id) => CLAUSES.filter((clause) => clause.id === id));
}

/** A finding for a terminal: what is wrong, the program, and how to see it again. */
export function renderFinding(finding: SavedFinding): string {
  const body =
    finding.divergence === undefined
      ? printProgram(finding.program)
      : renderDivergence(finding.program, finding.divergence);
  return [
    printableLine(headlineOf(finding)),
    ...brokenClauses(finding.program, finding.divergence),
    printableLine(finding.history),
    '',
    printable(body).trimEnd(),
    '',
    ...(finding.path === undefined
      ? ['It could not be saved to a file: keep the program above.']
      : [`saved: ${printableLine(finding.path)}`, `again: ${reproductionOf(finding, finding.path)}`]),
  ].join('\n');
}

/** What a finding is for machines. */
export function findingJson(finding: SavedFinding): object {
  return {
    file: finding.path ?? null,
    reproduce: finding.path === undefined ? null : reproductionOf(finding, finding.path),
    history: finding.history,
    commands: finding.program.commands.length,
    program: printProgram(finding.program),
    divergence: finding.divergence ?? null,
    clauses: clauseIds(finding.program, finding.divergence),
  };
}

/** A finding as the text of a program, with what is wrong in comments before it. */
export function findingText(finding: Finding, path: string): string {
  const memory = finding.check.memory ? ', with memory checks' : '';
  const history = `${finding.history}${memory}`;
  return commentedProgram({ ...finding, history }, reproductionOf(finding, path));
}

/**
 * The program of a finding, with what is wrong in comments before it.
 *
 * @param again - The line that shows it again.
 */
export function commentedProgram(
  finding: Pick<Finding, 'program' | 'divergence' | 'history'>,
  again: string,
): string {
  return [
    `# ${printableLine(headlineOf(finding))}`,
    ...brokenClauses(finding.program, finding.divergence).map((line) => `# ${line}`),
    `# ${printableLine(finding.history)}`,
    `# again: ${printableLine(again)}`,
    printProgram(finding.program),
  ].join('\n');
}

/** What shrinking did, in words. */
export function describeShrunk(before: Program, { program, runs, minimal }: Shrunk): string {
  return describeShrinking({ from: before.commands.length, to: program.commands.length, runs, minimal });
}

/** A name as a shell takes it for one word. */
export function shellQuoted(name: string): string {
  if (/^[\w./+:@%-]+$/.test(name) && !name.startsWith('-')) return name;
  const safe = name.startsWith('-') ? `./${name}` : name;
  return `'${safe.replaceAll("'", String.raw`'\''`)}'`;
}
