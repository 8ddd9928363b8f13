import type { ShapeName } from '../../lockstep/index.js';
import type { Profile } from '../contract.js';

/** The headings of the text that says what surrounds the page heap; the seed itself is `mheap.go`. */
export const HEADINGS = [
  'Constants',
  'Size classes',
  'The operating system',
  'Fixed-size allocators',
  'Mark and allocation bits of a span',
  'Central lists',
  'Caches and malloc',
  'A collection cycle',
  'Sweeping a span',
  'Specials',
  'Known oddities',
] as const;

/** A line of `mheap.go`, or a heading of the text that says what surrounds it. */
export type Source = `mheap.go:${number}` | (typeof HEADINGS)[number];

/** One rule of the specification. */
export interface Clause {
  /** Theme and rule, e.g. `alloc.best-fit.tie`: it stays the same across versions. */
  readonly id: string;
  /** The rule, in a sentence or two. */
  readonly text: string;
  readonly source: Source;
  /** `detail` where nothing that a program could rely on follows from it. */
  readonly level: 'required' | 'detail';
  /** The first profile of which it is a part. */
  readonly profile: Profile;
  /** Names of the invariants that fail where it is broken. */
  readonly invariants: readonly string[];
  /** Names of the shapes in which it is exercised. */
  readonly shapes: readonly ShapeName[];
  /** Names of recordings that exercise it, without `.jsonl.gz`. */
  readonly traces: readonly string[];
  /** A program as text, with what it shows behind its commands: see `parseExample`. */
  readonly example: string;
}

/** The clauses of one theme, in the order in which they are best read. */
export interface Theme {
  /** The name of its page, without `.md`. */
  readonly name: string;
  readonly title: string;
  /** What the theme is about, in a sentence or two. */
  readonly about: string;
  readonly clauses: readonly Clause[];
}

type Optional = 'level' | 'invariants' | 'shapes' | 'traces';

/** A clause as it is written down: what is left out is empty, and its level is `required`. */
export type ClauseParts = Omit<Clause, 'id' | Optional> & Partial<Pick<Clause, Optional>>;

/** Makes a clause. */
export function clause(id: string, parts: ClauseParts): Clause {
  const example = parts.example.replaceAll(/^\n|\n *$/g, '').replaceAll(/^ {6}/gm, '');
  return { id, level: 'required', invariants: [], shapes: [], traces: [], ...parts, example };
}
