import { goldenTraces, INVARIANTS, SHAPES } from 'heapspec';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';

/** A name that `mheap.go` declares. */
export interface SeedName {
  readonly line: number;
  readonly kind: string;
  /** That of a method or a field has its type before it. */
  readonly name: string;
}

/** A row of the table in `docs/seed.md`; its cells as they are written. */
interface Row extends SeedName {
  readonly model: string;
  readonly machine: string;
  readonly heldBy: string;
  readonly remark: string;
}

const NOWHERE = '—';

/** All that is wrong with the table, a sentence each. */
export function complaintsAbout(table: string, names: readonly SeedName[]): string[] {
  const rows = rowsOf(table);
  return [
    ...names.flatMap((name) => aboutName(name, rows)),
    ...rows.flatMap((row) => [
      ...aboutRow(row, names),
      ...aboutPlaces(row, row.model, 'src/reference'),
      ...aboutPlaces(row, row.machine, 'src/optimized'),
      ...aboutHolds(row),
    ]),
  ];
}

function rowsOf(table: string): Row[] {
  const lines = table.split('\n').filter((line) => /^\| *\d/.test(line));
  return lines.map((text) => {
    const [line, what, model, machine, heldBy, remark, ...more] = text
      .slice(1, text.lastIndexOf('|'))
      .split('|')
      .map((cell) => cell.trim());
    const [, kind, name] = /^(\w+) `(\S+)`$/.exec(what) ?? [];
    if (remark === undefined || more.length > 0 || name === undefined) {
      throw new Error(`this is no row of the table: ${text}`);
    }
    return { line: Number(line), kind, name, model, machine, heldBy, remark };
  });
}

function aboutName({ line, kind, name }: SeedName, rows: readonly Row[]): string[] {
  const own = rows.filter((row) => row.name === name);
  if (own.length !== 1) return [`${name} has ${own.length} rows`];
  const [row] = own;
  return row.line === line && row.kind === kind
    ? []
    : [`${name} is a ${kind} of line ${line}, not a ${row.kind} of line ${row.line}`];
}

function aboutRow(row: Row, names: readonly SeedName[]): string[] {
  const isBare = [row.model, row.machine, row.heldBy].includes(NOWHERE);
  return [
    ...(names.some(({ name }) => name === row.name) ? [] : [`${row.name} is no name of the seed`]),
    ...(isBare && row.remark === '' ? [`${row.name} is left out without a reason`] : []),
  ];
}

/** The places of a cell are written "`file.ts`: `symbol`, `symbol`; `other.ts`: `symbol`". */
function aboutPlaces({ name }: Row, cell: string, folder: string): string[] {
  if (cell === NOWHERE) return [];
  return cell.split('; ').flatMap((place) => {
    const [, file, symbols] = /^`(\S+\.ts)`: (`\w+`(?:, `\w+`)*)$/.exec(place) ?? [];
    if (symbols === undefined) return [`${name}: "${place}" names no place`];
    const path = file.startsWith('spec/') ? join('src', file) : join(folder, file);
    if (!existsSync(join(REPOSITORY, path))) return [`${name}: there is no ${path}`];
    const words = new Set(codeOf(path).match(/[\w$]+/g));
    const missing = symbols
      .replaceAll('`', '')
      .split(', ')
      .filter((symbol) => !words.has(symbol));
    return missing.map((symbol) => `${name}: ${path} has no ${symbol}`);
  });
}

/** A file without its comments: a symbol has to stand in the code. */
function codeOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
}

function aboutHolds({ name, heldBy }: Row): string[] {
  if (heldBy === NOWHERE) return [];
  return heldBy.split(' ').flatMap((hold) => {
    const [, held] = /^`(\S+)`$/.exec(hold) ?? [];
    if (held === undefined) return [`${name}: "${hold}" is no name`];
    return exists(held) ? [] : [`${name}: there is no ${held}`];
  });
}

const CHECKED = new Set([...INVARIANTS, ...SHAPES].map(({ name }): string => name));
const RECORDINGS = goldenTraces().map(({ name }) => name.replace('.jsonl.gz', ''));

function exists(held: string): boolean {
  if (held.endsWith('.test.ts')) return existsSync(join(REPOSITORY, held));
  if (held.endsWith('-*')) return RECORDINGS.some((name) => name.startsWith(held.slice(0, -1)));
  return CHECKED.has(held) || RECORDINGS.includes(held);
}
