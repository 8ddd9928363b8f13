import type { Program } from '../programs/index.js';
import type { CampaignCounts, RunRecord } from './campaign-counts.js';
import { CorpusFolder, type CorpusContent } from './corpus-folder.js';
import type { Feature } from './features.js';
import { Guide, type GuideOptions, type GuideState, type Learned, type RunResult } from './guide.js';
import { Journal } from './journal.js';
import { takeLane, type Lane } from './lanes.js';
import type { Recipe } from './recipe.js';
import type { Shard } from './report.js';
import { StorageError } from './storage-error.js';

/** Which campaign it is, and where it is kept. */
export interface CampaignIdentity {
  /** The folder of the corpus. */
  readonly corpus: string;
  readonly seed: number;
  readonly shard: Shard;
  readonly guided: boolean;
  /** Names what is fuzzed: letters, digits and hyphens. */
  readonly heap: string;
  /** The version of heapspec: another one draws other programs. */
  readonly version: string;
}

/** What a campaign knows and has kept: its guide, its corpus and its journal, which always say the same. */
export class CampaignStore {
  /** What keeps the campaign from being kept, a sentence each. */
  readonly troubles: string[] = [];
  /** What was found to be damaged, or of another campaign, a sentence each. */
  readonly notes: readonly string[];
  /** Entries that were added to the corpus, and that gave way to smaller ones. */
  readonly grown = { added: 0, removed: 0 };
  /** What stood in the folder of the corpus at the start. */
  readonly content: CorpusContent;
  /** The seed of this lane's programs: each process that is at work in a campaign draws others. */
  readonly seed: number;
  readonly #corpus: CorpusFolder;
  readonly #lane: Lane;
  readonly #journal: Journal;
  readonly #guide: Guide;
  /** Entries that are not wanted any more, and that older states may name. */
  readonly #dropped = new Set<string>();
  /** Programs that were taken out of the folder. */
  readonly #removed = new Set<string>();

  private constructor(corpus: CorpusFolder, lane: Lane, identity: CampaignIdentity) {
    this.#corpus = corpus;
    this.#lane = lane;
    this.seed = seedOfLane(identity.seed, lane.number);
    this.content = corpus.read();
    const { heap, version, shard, guided } = identity;
    this.#journal = Journal.open(lane, {
      campaign: { heap, version, guided, seed: this.seed, shard: shard.index, shards: shard.count },
      snapshot: () => this.#guide.state(),
      onSaved: () => this.#sweep(),
      onProblem: (problem) => void this.troubles.push(`${problem.message}; a next run begins anew`),
    });
    const options: GuideOptions = {
      seed: this.seed,
      shard: { number: shard.index, of: shard.count },
      guided,
      idOf: (program) => corpus.idOf(program),
    };
    const { snapshot, records, notes } = this.#journal.recovered;
    this.notes = notes;
    this.#guide = guideOf(options, snapshot as GuideState | undefined, this.content);
    this.#catchUp(records);
    if (records.length > 0) this.#journal.save();
  }

  /**
   * Opens the store, and goes on where the last process was.
   *
   * @throws StorageError where the folder of the corpus can't be read or written.
   */
  static async open(identity: CampaignIdentity): Promise<CampaignStore> {
    const corpus = CorpusFolder.open(identity.corpus);
    const lane = await takeLane(corpus.campaignFolder(nameOf(identity)));
    try {
      return new CampaignStore(corpus, lane, identity);
    } catch (error) {
      lane.release();
      throw error;
    }
  }

  /** What the campaign came to so far. */
  get counts(): CampaignCounts {
    return this.#journal.counts;
  }

  /** Which of the processes it is that are at work in the campaign, from 0. */
  get lane(): number {
    return this.#lane.number;
  }

  /** Entries of the corpus, as the guide has them. */
  get entries(): number {
    return this.#guide.entries.length;
  }

  /** What the guide knows of the corpus and of what was not seen yet. */
  get known(): Pick<Guide, 'entries' | 'counts' | 'incidence'> {
    return this.#guide;
  }

  /** What is left of that which stood in the folder of the corpus at the start. */
  get left(): CorpusContent['files'] {
    return this.content.files.filter(({ id }) => !this.#removed.has(id));
  }

  /** The programs of the corpus that the guide does not have: somebody else put them there. */
  strangers(): ReadonlySet<string> {
    const { entries, planned } = this.#guide.state();
    const parents = planned.flatMap((plan) => ('parents' in plan ? plan.parents : []));
    const known = new Set([...entries.map(({ id }) => id), ...parents]);
    return new Set(this.content.files.map(({ id }) => id).filter((id) => !known.has(id)));
  }

  /** Takes in a program of the folder that somebody else put there. */
  adopt(program: Program, features: readonly Feature[]): Learned {
    const adopted = this.#guide.adopt(program, features);
    for (const { id } of adopted.dropped) this.#dropped.add(id);
    return adopted;
  }

  /** What is to be run next; `wait` where that depends on results that are not there yet. */
  next(): Recipe | 'wait' {
    return this.#guide.next();
  }

  /** Learns the result of a run, and keeps it: the programs first. */
  learn(record: RunRecord): Learned {
    const learned = this.#keep(this.#guide.learn(resultOf(record)));
    if (learned.kept !== undefined) this.grown.added++;
    this.#journal.append(record);
    return learned;
  }

  /** Takes a program out of the folder of the corpus; a file that somebody named stays. */
  discard(id: string): void {
    if (this.content.files.some((file) => file.id === id && file.name !== `${id}.heap`)) return;
    this.#remove(id);
  }

  /** Writes all down, and lets other processes go on with it. */
  close(): void {
    this.#journal.close();
    this.#lane.release();
  }

  /** Learns what was run before the last process was killed. */
  #catchUp(records: readonly RunRecord[]): void {
    for (const record of records) {
      if (this.#guide.next() === 'wait') {
        throw new Error(`run ${record.run} was done before it could be planned`);
      }
      this.#keep(this.#guide.learn(resultOf(record)));
    }
  }

  #keep(learned: Learned): Learned {
    const { kept, dropped } = learned;
    if (kept !== undefined) {
      this.#dropped.delete(kept.id);
      this.#storing(() => this.#corpus.add(kept.program));
    }
    for (const { id } of dropped) this.#dropped.add(id);
    return learned;
  }

  #remove(id: string): void {
    if (!this.#storing(() => this.#corpus.remove(id))) return;
    this.#removed.add(id);
    this.grown.removed++;
  }

  /** Removes entries that no state names any more. */
  #sweep(): void {
    for (const id of this.#dropped) this.#remove(id);
    this.#dropped.clear();
  }

  /** Does something with the folder; gives whether it could be done. */
  #storing(work: () => unknown): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (this.troubles.length === 0) this.troubles.push(error.message);
      return false;
    }
  }
}

function guideOf(options: GuideOptions, state: GuideState | undefined, { files }: CorpusContent): Guide {
  if (state === undefined) return new Guide(options);
  const programs = new Map(files.map(({ id, program }) => [id, program]));
  return Guide.resume(options, state, (id) => programs.get(id));
}

function resultOf({ run, commands, operations, features }: RunRecord): RunResult {
  return { index: run, commands, operations, features };
}

/** The name of a campaign's folder. */
function nameOf({ seed, shard, guided, heap }: CampaignIdentity): string {
  return [
    heap,
    `seed-${seed}`,
    ...(shard.count === 1 ? [] : [`shard-${shard.index}-of-${shard.count}`]),
    ...(guided ? [] : ['unguided']),
  ].join('-');
}

/** Steps between the seeds of lanes: about the golden section of 2^32, so that small seeds and lanes don't meet. */
const LANE_STEP = 0x9e3779b1;

function seedOfLane(seed: number, lane: number): number {
  return (seed + Math.imul(lane, LANE_STEP)) >>> 0;
}
