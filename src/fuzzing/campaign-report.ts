import { SHAPES } from '../lockstep/index.js';
import type { CampaignPlan } from './campaign-plan.js';
import type { CampaignStore } from './campaign-store.js';
import type { CanaryStory } from './canary-story.js';
import { exitCodeOf } from './exit-code-of.js';
import type { Findings } from './findings.js';
import type { FuzzCounts, FuzzReport } from './report.js';
import { unseenBy } from './unseen-by.js';

/** New programs that were drawn in a campaign, from which on it must have reached each required shape. */
export const SHAPES_FROM = 8000;

/** What a run of a campaign came to. */
export interface CampaignEnd {
  readonly plan: CampaignPlan;
  readonly store: CampaignStore;
  readonly findings: Findings;
  readonly counts: FuzzCounts;
  readonly canary: CanaryStory | undefined;
  readonly unreadable: readonly string[];
  /** Programs that something other than a heap kept from their end, a sentence each. */
  readonly lost: readonly string[];
  /** Time that it took, in ms. */
  readonly milliseconds: number;
  /** Whether new programs were to be run. */
  readonly ran: boolean;
}

/** The report of a run of a campaign. */
export function reportOf(end: CampaignEnd): FuzzReport {
  const { plan, store, counts, canary, unreadable, milliseconds } = end;
  const { seed, shard, guided, jobs, version, goesOn, runner } = plan;
  const { runs, origins, operations, shapes } = store.counts;
  const { incidence } = store.known;
  const entries = end.ran ? store.known.entries : store.left;
  const missedShapes = missedBy(end);
  const troubles = troublesOf(end, missedShapes);
  const findings = end.findings.list();
  return {
    format: 1,
    kind: 'run',
    heapspec: version,
    declaration: runner.declaration,
    seed,
    shard,
    lane: store.lane,
    guided,
    reachesAllShapes: runner.reachesAllShapes,
    jobs,
    milliseconds,
    counts: { ...counts },
    campaign: {
      runs,
      drawn: origins.get('drawn') ?? 0,
      mutated: origins.get('mutated') ?? 0,
      operations,
    },
    shapes: Object.fromEntries(shapes),
    missedShapes,
    corpus: {
      entries: entries.length,
      commands: entries.reduce((sum, { program }) => sum + program.commands.length, 0),
      before: store.content.files.length,
      ...store.grown,
      features: store.known.counts.size,
      ignored: store.content.skipped,
      ignoredCount: store.content.skippedCount,
    },
    incidence,
    unseen: unseenBy(incidence),
    ...(canary && { canary }),
    findings,
    unreadable,
    notes: store.notes,
    troubles,
    exitCode: exitCodeOf({ findings, troubles, unreadable }),
    goesOn,
  };
}

/** Required shapes that so long a campaign must have reached, if nothing was in its way. */
function missedBy({ plan, store, findings }: CampaignEnd): string[] {
  const { origins, shapes } = store.counts;
  const isLong = (origins.get('drawn') ?? 0) >= SHAPES_FROM;
  if (!isLong || !plan.runner.reachesAllShapes || findings.any || plan.signal.aborted) return [];
  return requiredShapesBut((name) => shapes.has(name));
}

/** The required shapes that were not reached. */
export function requiredShapesBut(isReached: (name: string) => boolean): string[] {
  return SHAPES.filter(({ name, required }) => required && !isReached(name)).map(({ name }) => name);
}

function troublesOf(
  { plan, store, findings, counts, canary, lost, ran }: CampaignEnd,
  missedShapes: readonly string[],
): string[] {
  const interrupted = plan.signal.aborted;
  const nothingNew = ran && counts.drawn + counts.mutated === 0 && !findings.full;
  return [
    ...(interrupted ? ['it was interrupted'] : []),
    ...(nothingNew && !interrupted
      ? ['no new program was run, since the time was up before: give it more, or minimise the corpus']
      : []),
    ...(canary?.found === false ? [`the planted fault of the canary was not found: ${canary.story}`] : []),
    ...(missedShapes.length > 0 ? [`required shapes were not reached: ${missedShapes.join(', ')}`] : []),
    ...lost,
    ...store.troubles,
    ...findings.troubles,
  ];
}
