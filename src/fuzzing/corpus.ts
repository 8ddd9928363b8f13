import type { Program } from '../programs/index.js';
import { costOf } from './costs.js';
import { isShape, type Feature } from './features.js';

/** A program with its name. */
export interface NamedProgram {
  /** Names the program, and no other: the hash of its text. */
  readonly id: string;
  readonly program: Program;
}

/** A program that is kept, since it is the smallest that shows some feature. */
export interface CorpusEntry extends NamedProgram {
  /** The features that it is kept for, in the order in which it became the smallest that shows them. */
  readonly owned: ReadonlySet<Known>;
}

/** What became of a program that was offered to a corpus. */
export interface Offered {
  /** The entry, where it was taken in. */
  readonly kept?: CorpusEntry;
  /** Entries that had to go, since each of their features is shown by a smaller one, or for want of room. */
  readonly dropped: readonly CorpusEntry[];
}

/** A feature that some program showed. */
export interface Known {
  /** Counted from 0, in the order in which features came. */
  readonly number: number;
  readonly feature: Feature;
  readonly shape: boolean;
  /** Runs that showed it. */
  runs: number;
  /** Runs among them that drew the usual program. */
  usualRuns: number;
  /** Commands of the smallest program so far that showed it; Infinity without any. */
  least: number;
  /** The entry that it belongs to: the smallest one; undefined where that had to go for want of room. */
  entry: Kept | undefined;
}

/** An entry, as it is changed and chosen. */
interface Kept extends CorpusEntry {
  /** What a run of it costs. */
  readonly cost: number;
  readonly owned: Set<Known>;
}

/** Most commands of all programs of a corpus together: about 100 MB. */
const MOST_COMMANDS = 400_000;

/**
 * The programs that showed something, as far as no smaller one shows it too. It grows with the number of features that
 * there are, not with that of the programs offered.
 */
export class Corpus {
  readonly #mostCommands: number;
  readonly #known = new Map<Feature, Known>();
  readonly #list: Known[] = [];
  readonly #shapes: Known[] = [];
  readonly #entries = new Map<string, Kept>();
  #commands = 0;

  /** @param mostCommands - of all its programs together. */
  constructor(mostCommands = MOST_COMMANDS) {
    this.#mostCommands = mostCommands;
  }

  /** The entries, in the order in which they came. */
  get entries(): readonly CorpusEntry[] {
    return [...this.#entries.values()];
  }

  /** The features that were seen, in the order in which they came. */
  get known(): readonly Known[] {
    return this.#list;
  }

  /** The shapes among them. */
  get shapes(): readonly Known[] {
    return this.#shapes;
  }

  /** Any entry; undefined where there is none. */
  get any(): CorpusEntry | undefined {
    return this.#entries.values().next().value;
  }

  /** The entry of that name. */
  entry(id: string): CorpusEntry | undefined {
    return this.#entries.get(id);
  }

  /** What is known of a feature, which is known from now on. */
  know(feature: Feature): Known {
    const known = this.#known.get(feature);
    if (known !== undefined) return known;
    const shape = isShape(feature);
    const number = this.#list.length;
    const fresh: Known = { number, feature, shape, runs: 0, usualRuns: 0, least: Infinity, entry: undefined };
    this.#known.set(feature, fresh);
    this.#list.push(fresh);
    if (shape) this.#shapes.push(fresh);
    return fresh;
  }

  /**
   * Takes a program in where it is the smallest that shows some feature; of two of the same size the first one stays.
   *
   * @param size - the number of its commands.
   * @param make - gives the program, where it is taken in.
   */
  offer(size: number, shown: readonly Known[], make: () => NamedProgram): Offered {
    const better = shown.filter(({ least }) => size < least);
    if (better.length === 0) return { dropped: [] };
    const named = make();
    const old = this.#entries.get(named.id);
    const kept = old ?? this.#add(named);
    const dropped: CorpusEntry[] = [];
    for (const known of better) {
      const before = known.entry;
      known.least = size;
      own(kept, known);
      if (before?.owned.size === 0) dropped.push(this.#drop(before));
    }
    while (this.#commands > this.#mostCommands) dropped.push(this.#drop(this.#leastMissed()));
    if (old !== undefined) return { dropped };
    if (this.#entries.has(kept.id)) return { kept, dropped };
    return { dropped: dropped.filter((entry) => entry !== kept) };
  }

  /**
   * Takes an entry in as it was: to be called in the order in which they came, once their features are known.
   *
   * @param owned - the numbers of the features that it was kept for.
   */
  restore(named: NamedProgram, owned: readonly number[]): void {
    const entry = this.#add(named);
    for (const number of owned) own(entry, this.#list[number]);
  }

  /** Lets features of the numbers be shown by nothing, since the program is gone that they were kept for. */
  forget(owned: readonly number[]): void {
    for (const number of owned) this.#list[number].least = Infinity;
  }

  #add({ id, program }: NamedProgram): Kept {
    const entry = { id, program, cost: costOf(program), owned: new Set<Known>() };
    this.#entries.set(id, entry);
    this.#commands += program.commands.length;
    return entry;
  }

  #drop(entry: Kept): CorpusEntry {
    this.#entries.delete(entry.id);
    this.#commands -= entry.program.commands.length;
    for (const known of entry.owned) known.entry = undefined;
    entry.owned.clear();
    return entry;
  }

  /** The largest of the entries that are not kept for a shape; of all where each is. */
  #leastMissed(): Kept {
    const all = [...this.#entries.values()];
    const others = all.filter(({ owned }) => ![...owned].some(({ shape }) => shape));
    return (others.length > 0 ? others : all).reduce((largest, entry) =>
      entry.program.commands.length > largest.program.commands.length ? entry : largest,
    );
  }
}

/** Gives a feature to an entry, and takes it from the one that it belonged to. */
function own(entry: Kept, known: Known): void {
  known.entry?.owned.delete(known);
  known.entry = entry;
  entry.owned.add(known);
}
