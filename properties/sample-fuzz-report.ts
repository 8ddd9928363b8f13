import type { FuzzFinding, FuzzReport } from '../src/fuzzing/index.js';
import { unseenBy } from '../src/fuzzing/unseen-by.js';
import { canaryFinding, CANARY_PROGRAM, hostileFinding } from './sample-report.js';

/** A finding in the canary, as a campaign has it. */
export function canaryFuzzFinding(changes: Partial<FuzzFinding> = {}): FuzzFinding {
  return {
    ...canaryFinding(),
    clauses: ['free.dirty', 'alloc.zero.cleared'],
    from: { kind: 'drawn', seed: 1, run: 41 },
    foundCommands: 400,
    memory: false,
    file: 'regressions/free-dirty-01234567.heap',
    picture: ['Pages', '     0x0  IiiF'],
    program: CANARY_PROGRAM,
    ...changes,
  };
}

/** A finding in which everything that a foreign heap, or somebody who names files, may write is hostile. */
export function hostileFuzzFinding(hostile: string): FuzzFinding {
  const { program = '', ...finding } = hostileFinding();
  return {
    ...finding,
    program,
    clauses: [hostile],
    from: { kind: 'regression', file: `regressions/${hostile}.heap` },
    foundCommands: 2,
    memory: false,
    file: `regressions/${hostile}.heap`,
    picture: [hostile],
  };
}

/** A report of one of two shards. */
export function sampleFuzzReport(changes: Partial<FuzzReport> = {}): FuzzReport {
  const incidence = {
    programs: 40,
    features: { 'growth/first': 40, 'growth/first*8': 2, 'growth/first+query/nil': 1 },
  };
  return {
    format: 1,
    kind: 'run',
    heapspec: '0.0.0-test',
    declaration: { name: 'reference and canary', profile: 'structure', level: 'objects', interleaving: true },
    seed: 1,
    shard: { index: 1, count: 2 },
    lane: 0,
    guided: true,
    reachesAllShapes: true,
    jobs: 2,
    milliseconds: 2000,
    counts: { regressions: 1, corpus: 2, drawn: 40, mutated: 60, operations: 12_345, work: 3000 },
    campaign: { runs: 100, drawn: 40, mutated: 60, operations: 12_000 },
    shapes: { 'growth/first': 101, 'query/nil': 3 },
    missedShapes: [],
    corpus: {
      entries: 3,
      commands: 30,
      before: 2,
      added: 1,
      removed: 0,
      features: 3,
      ignored: [],
      ignoredCount: 0,
    },
    incidence,
    unseen: unseenBy(incidence),
    canary: { found: true, story: 'canary by comparison: program 21' },
    findings: [],
    unreadable: [],
    notes: [],
    troubles: [],
    exitCode: 0,
    goesOn: 'npx heapspec fuzz --shard 1/2',
    ...changes,
  };
}
