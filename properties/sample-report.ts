import { performTurn } from '../src/traces/perform-nest.js';
import type { Answer } from '../src/conformance/contract.js';
import type { ConformanceFinding, ConformanceReport } from '../src/conformance/report.js';
import {
  recordTimeLine,
  type ActualRun,
  type ClauseText,
  type ReportContext,
  type TimeLine,
} from '../src/conformance/reports/index.js';
import { canaryHeap } from '../src/faults/index.js';
import { RecordingHost, runLockstep } from '../src/lockstep/index.js';
import { Bindings, parseProgram, turnsOf } from '../src/programs/index.js';
import { referenceHeap } from '../src/reference/index.js';
import type { HeapFactory } from '../src/spec/index.js';

/** A program in which the canary goes wrong at the sixth command. */
export const CANARY_PROGRAM = `# heapspec program
s1 = alloc 3 large
s2 = alloc 6 large needzero
s3 = allocStack 2
s4 = alloc 6 large
tick 2m
free s2 dirty
scavenge 1s
`;

/** Text that must stay text in every format: markup, commands to a terminal, and characters that hide others. */
export const HOSTILE =
  '</script><script>document.title = "owned"</script><img src="https://example.invalid/x" onerror="document.title=1">' +
  ']]>&amp;\u001b[31m\u0000\u009b2J\u202e"\'\ufffe\ud800 \u2028';

/** A finding in the canary, as a run of conformance has it. */
export function canaryFinding(): ConformanceFinding {
  const { divergence } = runLockstep(parseProgram(CANARY_PROGRAM), { heaps: [referenceHeap, canaryHeap] });
  if (divergence === undefined) throw new Error('the canary was not found');
  return {
    divergence,
    clauses: ['free.dirty.kept', 'alloc.zeroed'],
    origin: { kind: 'generated', seed: 7, index: 41 },
    program: CANARY_PROGRAM,
    minimal: true,
    shrinkRuns: 27,
    occurrences: 3,
    reproduction: 'npx heapspec conform --seed 7 -- ./canary',
  };
}

/** A finding in which everything that a foreign heap may write is hostile. */
export function hostileFinding(): ConformanceFinding {
  const pollution = JSON.parse(
    `{ "__proto__": { "polluted": true }, "constructor": { "prototype": 1 } }`,
  ) as unknown;
  return {
    breakdown: { kind: 'nonsense', message: `It wrote ${HOSTILE}` },
    divergence: {
      kind: 'malformed',
      heap: HOSTILE,
      commandIndex: 1,
      operation: 2,
      command: { op: 'freeOSMemory' },
      message: HOSTILE,
      differences: [
        { path: HOSTILE, expected: undefined, actual: pollution },
        { path: '__proto__', expected: NaN, actual: Infinity },
      ],
    },
    clauses: ['hostile.clause'],
    origin: { kind: 'trace', trace: HOSTILE },
    program: '# heapspec program\ns1 = alloc 1\nfreeOSMemory\n',
    minimal: false,
    shrinkRuns: 0,
    occurrences: 1,
    reproduction: `npx heapspec conform -- ./heap '${HOSTILE}'`,
  };
}

/** A report with a clause of every kind of verdict. */
export function sampleReport(changes: Partial<ConformanceReport> = {}): ConformanceReport {
  return {
    declaration: { name: 'canary', version: '1.8', profile: 'structure', level: 'pages' },
    profile: 'structure',
    level: 'pages',
    seed: 7,
    counts: { examples: 5, traces: 2, generated: 400, given: 0, calls: 51_234, skipped: 3, states: 812 },
    clauses: [
      { clause: 'alloc.best-fit', verdict: 'passed', findings: [] },
      { clause: 'alloc.best-fit.tie', verdict: 'passed', findings: [] },
      { clause: 'alloc.zeroed', verdict: 'failed', findings: [0] },
      { clause: 'free.coalesce.left', verdict: 'passed', findings: [] },
      { clause: 'free.dirty.kept', verdict: 'failed', findings: [0] },
      { clause: 'hostile.clause', verdict: 'nonsense', findings: [1] },
      { clause: 'scavenge.age', verdict: 'not-exercised', findings: [] },
      { clause: 'sweep.order', verdict: 'unsupported', findings: [] },
    ],
    findings: [canaryFinding(), hostileFinding()],
    conforms: false,
    ...changes,
  };
}

/** A report in which all is well. */
export function cleanReport(): ConformanceReport {
  return sampleReport({
    clauses: sampleReport().clauses.map(({ clause }) => ({ clause, verdict: 'passed', findings: [] })),
    findings: [],
    conforms: true,
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  'alloc.best-fit': 'Of the free spans that are long enough, the shortest is taken.',
  'alloc.best-fit.tie': 'Of several shortest spans, the one with the lowest address is taken.',
  'alloc.zeroed': 'A span that has to be zero is cleared where its memory may be dirty.',
  'free.coalesce.left': 'A freed span is joined with the free span that ends where it begins.',
  'free.dirty.kept': 'A freed span that was written to stays marked until it is cleared.',
  'hostile.clause': 'A clause that a hostile heap breaks.',
  'scavenge.age': 'Only what has been unused for longer than the limit is released.',
  'sweep.order': 'Spans are swept from the top of the stack.',
};

/** The clauses of the sample. */
export const SAMPLE_CLAUSES: readonly ClauseText[] = Object.entries(TEXTS).map(([id, text], i) => ({
  id,
  text,
  source: `mheap.go:${640 + 17 * i}`,
  level: id === 'alloc.best-fit.tie' ? 'detail' : 'required',
  profile: id.startsWith('free') ? 'structure' : 'placement',
}));

/** What the sample is told with. */
export function sampleContext(report: ConformanceReport, actual?: ActualRun): ReportContext {
  const timeLines = report.findings.flatMap((finding, index): [number, TimeLine][] => {
    const timeLine = recordTimeLine(finding, report.profile, index === 0 ? actual : hostileAnswers());
    return timeLine === undefined ? [] : [[index, timeLine]];
  });
  return { clauses: SAMPLE_CLAUSES, version: '0.0.0-test', timeLines: new Map(timeLines) };
}

function hostileAnswers(): ActualRun {
  return { answers: new Map([[0, { throw: HOSTILE }]]), breakdown: { kind: 'nonsense', message: HOSTILE } };
}

/** What a heap answers to a program. */
export function answersOf(text: string, factory: HeapFactory, withStates = true): ActualRun {
  const { config, host: script, commands } = parseProgram(text);
  const host = new RecordingHost({ script });
  const heap = factory.create(config, host);
  const bindings = new Bindings();
  const answers = new Map<number, Answer>();
  for (const turn of turnsOf(commands)) {
    const outcome = performTurn({ name: factory.name, heap, host }, bindings, turn).at(-1)?.outcome;
    const { result, error, sys = [], clears = [] } = outcome ?? {};
    answers.set(turn.index, {
      ...(outcome === undefined && { skipped: true }),
      ...(result !== undefined && { ret: result }),
      ...(error?.kind === 'FatalError' && { throw: error.message }),
      ...(error !== undefined && error.kind !== 'FatalError' && { refused: error.kind }),
      sys,
      clears,
      stats: heap.statistics(),
      ...(withStates && { state: heap.state() }),
    });
    if (error?.kind === 'FatalError') break;
  }
  return { answers };
}
