import type { Program } from '../programs/index.js';
import type { RunRecord } from './campaign-counts.js';
import type { CampaignPlan, CampaignProgress } from './campaign-plan.js';
import { reportOf } from './campaign-report.js';
import { CampaignStore } from './campaign-store.js';
import type { CanaryStory } from './canary-story.js';
import { describeFound } from './describe-finding.js';
import { checksMemory } from './drawn-programs.js';
import { Findings } from './findings.js';
import { minimiseCorpus, type ShowingProgram } from './minimise.js';
import { observationLine } from './observations.js';
import type { Regression } from './regressions-folder.js';
import type { FuzzOrigin, FuzzReport } from './report.js';
import type { FuzzRun, FuzzTask } from './runner.js';

/** Programs that were lost of which the report tells. */
const MOST_LOST = 10;

/**
 * One run of a campaign: the regressions, then the corpus, then the canary, then new programs until the time is up or as
 * many as were wanted have run. What fails is made small meanwhile, and what is learned is kept for the next run.
 */
export class Campaign {
  readonly #plan: CampaignPlan;
  readonly #begun = performance.now();
  readonly #store: CampaignStore;
  readonly #findings: Findings;
  readonly #counts = { regressions: 0, corpus: 0, drawn: 0, mutated: 0, operations: 0, work: 0 };
  readonly #unreadable: string[] = [];
  /** Programs that something other than a heap kept from their end, a sentence each. */
  readonly #lost: string[] = [];
  #canary: CanaryStory | undefined;
  #stage: CampaignProgress['stage'] = 'regressions';
  #shrinking: string | undefined;

  private constructor(plan: CampaignPlan, store: CampaignStore) {
    this.#plan = plan;
    this.#store = store;
    this.#findings = new Findings({
      ...plan,
      isInterrupted: () => plan.signal.aborted,
      onProgress: (told) => {
        this.#shrinking = told;
        this.#tell();
      },
    });
  }

  /**
   * Opens the store of a campaign.
   *
   * @throws StorageError where the folder of the corpus can't be read or written.
   */
  static async open(plan: CampaignPlan): Promise<Campaign> {
    return new Campaign(plan, await CampaignStore.open(plan));
  }

  /**
   * Runs it to its end.
   *
   * @throws StorageError where the regressions can't be read, or observations can't be written.
   */
  async run(): Promise<FuzzReport> {
    try {
      await this.#runRegressions();
      await this.#runCorpus();
      await this.#huntCanary();
      await this.#runNewPrograms();
      await this.#finishFindings();
    } finally {
      this.#store.close();
    }
    return this.#report(true);
  }

  /** Runs the corpus alone, and takes all of it away that shows nothing which the rest does not. */
  async minimise(): Promise<FuzzReport> {
    try {
      const shown = await this.#runCorpus();
      if (!this.#plan.signal.aborted) {
        const kept = new Set(minimiseCorpus(shown).map(({ id }) => id));
        for (const { id } of shown) if (!kept.has(id)) this.#store.discard(id);
      }
      await this.#finishFindings();
    } finally {
      this.#store.close();
    }
    return this.#report(false);
  }

  /** All of them, always: what was wrong once is looked at first. */
  async #runRegressions(): Promise<void> {
    this.#stage = 'regressions';
    const tasks: (FuzzTask & { readonly file: Regression })[] = [];
    for (const file of this.#plan.regressions.read()) {
      if ('problem' in file) this.#unreadable.push(file.problem);
      else tasks.push({ ...taskOf(file.program, { kind: 'regression', file: file.path }, true), file });
    }
    for await (const run of this.#plan.runner.run(tasks)) {
      const { file } = run.task;
      this.#note(run);
      if ('failure' in run) this.#findings.takeRegression(run.failure, file.path, file.unshrunk);
      this.#observe(run, null, []);
    }
  }

  /** Heaps change, and so does what programs show of them; gives what each that passed shows. */
  async #runCorpus(): Promise<ShowingProgram[]> {
    this.#stage = 'corpus';
    const { content } = this.#store;
    const strangers = this.#store.strangers();
    const tasks = content.files.map((file, index) => ({
      ...taskOf(file.program, { kind: 'corpus', file: file.name }, checksMemory(index)),
      file,
    }));
    const shown: ShowingProgram[] = [];
    for await (const run of this.#plan.runner.run(tasks)) {
      const { file, from, memory } = run.task;
      this.#note(run);
      if ('failure' in run) await this.#findings.take(run.failure, from, memory);
      if (run.status === 'passed') shown.push({ ...file, features: run.features });
      const adopted = run.status === 'passed' && strangers.has(file.id);
      const news = adopted ? this.#store.adopt(file.program, run.features).news : [];
      this.#observe(run, null, news);
    }
    return shown;
  }

  /** A run that does not find a fault which is known to be there has shown nothing. */
  async #huntCanary(): Promise<void> {
    const { runner, seed, signal } = this.#plan;
    this.#stage = 'canary';
    this.#tell();
    if (signal.aborted) return;
    const canary = await runner.huntCanary(seed);
    // Of a hunt that was interrupted nobody knows what it would have found.
    if (canary.found || !signal.aborted) this.#canary = canary;
  }

  async #runNewPrograms(): Promise<void> {
    this.#stage = 'new programs';
    for await (const run of this.#plan.runner.run(this.#newTasks())) {
      // Results are learned in order, without a gap: what is behind one that is missing is run again.
      if (run.status === 'stopped') break;
      const { from, memory } = run.task;
      this.#note(run);
      const isFinding = 'failure' in run && (await this.#findings.take(run.failure, from, memory));
      const { news } = this.#store.learn(recordOf(run, isFinding));
      this.#observe(run, from.run, news);
      if (this.#findings.full) break;
    }
  }

  *#newTasks(): Generator<NewTask | 'wait'> {
    const { runs = Infinity, time = Infinity, signal } = this.#plan;
    const { seed } = this.#store;
    for (let begun = 0; begun < runs && performance.now() - this.#begun < time && !signal.aborted;) {
      const recipe = this.#store.next();
      if (recipe === 'wait') {
        yield recipe;
        continue;
      }
      begun++;
      const { kind, index } = recipe;
      yield {
        from: { kind, seed, run: index },
        source: { kind: 'recipe', recipe },
        memory: checksMemory(index),
      };
    }
  }

  async #finishFindings(): Promise<void> {
    this.#stage = 'findings';
    this.#tell();
    await this.#findings.settle();
    this.#shrinking = undefined;
  }

  /** Counts a program that was run. */
  #note(run: FuzzRun): void {
    if (run.status === 'stopped') return;
    this.#counts[COUNTED_AS[run.task.from.kind]]++;
    if (run.status === 'lost') {
      if (this.#lost.length < MOST_LOST) this.#lost.push(`${describeFound(run.task.from)} ${run.why}`);
    } else {
      this.#counts.operations += run.operations;
      this.#counts.work += run.milliseconds;
    }
    this.#tell();
  }

  #observe(run: FuzzRun, number: number | null, news: readonly string[]): void {
    const { observations } = this.#plan;
    if (observations === undefined || run.status === 'stopped') return;
    const { status, task } = run;
    observations.write(
      observationLine({
        type: 'run',
        run: number,
        origin: task.from.kind,
        status,
        program: 'text' in run ? (run.text ?? '') : '',
        features: status === 'passed' ? run.features : [],
        new: news,
        operations: status === 'lost' ? 0 : run.operations,
        timing: status === 'lost' ? {} : { run: run.milliseconds },
      }),
    );
  }

  #tell(): void {
    this.#plan.onProgress(() => ({
      stage: this.#stage,
      counts: this.#counts,
      findings: this.#findings.count,
      entries: this.#store.entries,
      milliseconds: performance.now() - this.#begun,
      ...(this.#shrinking !== undefined && { shrinking: this.#shrinking }),
    }));
  }

  #report(ran: boolean): FuzzReport {
    return reportOf({
      plan: this.#plan,
      store: this.#store,
      findings: this.#findings,
      counts: this.#counts,
      canary: this.#canary,
      unreadable: this.#unreadable,
      lost: this.#lost,
      milliseconds: performance.now() - this.#begun,
      ran,
    });
  }
}

/** A new program, whose run has a number. */
type NewTask = FuzzTask & { readonly from: Extract<FuzzOrigin, { readonly run: number }> };

/** Under what programs are counted, by where they are from. */
const COUNTED_AS = {
  regression: 'regressions',
  corpus: 'corpus',
  drawn: 'drawn',
  mutated: 'mutated',
} as const;

function taskOf<From extends FuzzOrigin>(
  program: Program,
  from: From,
  memory: boolean,
): FuzzTask & { readonly from: From } {
  return { from, source: { kind: 'program', program }, memory };
}

/** A run as the journal keeps it: nothing is learned from one that failed. */
function recordOf(
  run: Exclude<FuzzRun<NewTask>, { readonly status: 'stopped' }>,
  isFinding: boolean,
): RunRecord {
  const { status, task } = run;
  return {
    run: task.from.run,
    origin: task.from.kind,
    status,
    commands: status === 'lost' ? 0 : run.commands,
    operations: status === 'lost' ? 0 : run.operations,
    ms: status === 'lost' ? 0 : run.milliseconds,
    features: status === 'passed' ? run.features : [],
    shapes: new Map(status === 'passed' ? Object.entries(run.shapes) : []),
    findings: isFinding ? 1 : 0,
  };
}
