import assert from 'node:assert/strict';
import { INVARIANTS, runLockstep, SHAPES, ShapeCounter, type ShapeName } from '../../lockstep/index.js';
import { optimizedHeap } from '../../optimized/index.js';
import { parseProgram, type Program } from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import { goldenTraces, readGoldenTrace, type GoldenTrace, type TraceOperation } from '../../traces/index.js';
import { PROFILES } from '../contract.js';
import { parseExample, type Example } from '../example.js';
import { aspectOf, missedBy, type Aspect } from '../observe.js';
import { goldenPrograms } from '../programs-of-traces.js';
import { CLAUSES, HEADINGS, THEMES, type Clause } from './index.js';

const EXAMPLES = new Map(CLAUSES.map((clause) => [clause.id, parseExample(clause.example)]));

/** The first profile that sees an aspect of a heap. */
const SEEN_FROM: Readonly<Record<Aspect, (typeof PROFILES)[number]>> = {
  error: 'safety',
  result: 'safety',
  statistics: 'accounting',
  effects: 'placement',
  state: 'structure',
};

function exampleOf({ id }: Clause): Example {
  const example = EXAMPLES.get(id);
  assert(example);
  return example;
}

test('there are many, under names of their own', () => {
  assert(CLAUSES.length >= 120);
  assert.equal(new Set(CLAUSES.map(({ id }) => id)).size, CLAUSES.length);
  for (const { id, text } of CLAUSES) {
    assert.match(id, /^[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)+$/);
    assert.match(text, /^[A-Z].*[.)]$/, id);
    assert(text.length <= 220, id);
  }
  assert.equal(new Set(THEMES.map(({ name }) => name)).size, THEMES.length);
});

test('every profile and every heading of the specification has some', () => {
  const sources = new Set<string>(CLAUSES.map(({ source }) => source));
  for (const heading of HEADINGS) assert(sources.has(heading), heading);
  const profiles = CLAUSES.map(({ profile }) => profile);
  for (const one of PROFILES) assert(profiles.filter((profile) => profile === one).length >= 30, one);
  assert(CLAUSES.some(({ level }) => level === 'detail'));
});

test('they are from lines that mheap.go has, or from headings', () => {
  const headings: readonly string[] = HEADINGS;
  for (const { id, source } of CLAUSES) {
    if (headings.includes(source)) continue;
    const line = Number(/^mheap\.go:(\d+)$/.exec(source)?.[1]);
    assert(line >= 1 && line <= 1432, id);
  }
});

test('invariants, shapes and recordings that they name exist, and each invariant and shape is named', () => {
  const named = (part: (clause: Clause) => readonly string[]): Set<string> => new Set(CLAUSES.flatMap(part));
  assert.deepEqual(
    named(({ invariants }) => invariants),
    new Set(INVARIANTS.map(({ name }) => name)),
  );
  assert.deepEqual(
    named(({ shapes }) => shapes),
    new Set(SHAPES.map(({ name }) => name)),
  );
  const traces = new Set(goldenTraces().map(({ name }) => name.replace('.jsonl.gz', '')));
  for (const name of named((clause) => clause.traces)) assert(traces.has(name), name);
});

test('recordings that they name have the operations in which the example shows something', async () => {
  const operations = new Map<string, ReadonlySet<string>>();
  for (const trace of goldenTraces()) {
    const name = trace.name.replace('.jsonl.gz', '');
    if (CLAUSES.some(({ traces }) => traces.includes(name))) operations.set(name, await operationsOf(trace));
  }
  const astray = CLAUSES.filter(({ traces }) => traces.length > 0).filter((clause) => {
    const { program, shows } = exampleOf(clause);
    const ops = shows.map(({ index }) => program.commands[index].op);
    return !clause.traces.every((name) => ops.some((op) => operations.get(name)?.has(op)));
  });
  assert.deepEqual(
    astray.map(({ id }) => id),
    [],
  );
});

async function operationsOf(trace: GoldenTrace): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const record of readGoldenTrace(trace)) {
    if (record.kind === 'step') addOperations(record, found);
  }
  return found;
}

function addOperations({ operation, claims }: TraceOperation, found: Set<string>): void {
  found.add(operation.op);
  for (const { steps } of claims) for (const step of steps) addOperations(step, found);
}

/** A shape that no recording goes through, and whose program is too long for an example. */
const FAR: readonly (readonly [shape: ShapeName, program: string])[] = [
  ['records/table-moved-again', 'alloc 1\n'.repeat(12_289)],
];

test('an example, and the recordings that are named with it, go through each shape that is named with it', async () => {
  const far = new Set(
    FAR.filter(([shape, text]) => shapesOf(parseProgram(text)).has(shape)).map(([shape]) => shape),
  );
  assert.equal(far.size, FAR.length);
  const recorded = new Map<string, ReadonlySet<string>>();
  for await (const { trace, program } of goldenPrograms(true)) {
    recorded.set(trace.replace('.jsonl.gz', ''), shapesOf(program));
  }
  const missed = CLAUSES.flatMap(({ id, shapes, traces, example }) => {
    const reached = [shapesOf(parseProgram(example)), far, ...traces.map((name) => recorded.get(name))];
    return shapes
      .filter((shape) => !reached.some((some) => some?.has(shape)))
      .map((shape) => `${id}: ${shape}`);
  });
  assert.deepEqual(missed, []);
}, 120_000);

function shapesOf(program: Program): Set<string> {
  const shapes = new ShapeCounter();
  const heaps = [optimizedHeap] as const;
  const { divergence } = runLockstep(program, {
    heaps,
    shapes,
    states: 'end',
    locate: false,
    invariants: [],
  });
  assert.equal(divergence, undefined);
  return new Set(Object.keys(shapes.toJSON()));
}

describe.each(THEMES)('$title', ({ clauses }) => {
  test.each(clauses)('$id', (clause) => {
    const example = exampleOf(clause);
    for (const heap of [referenceHeap, optimizedHeap]) assert.deepEqual(missedBy(example, heap), []);

    const shapes = new ShapeCounter();
    const heaps = [referenceHeap, optimizedHeap] as const;
    const report = runLockstep(example.program, { heaps, memory: true, shapes });
    assert.equal(report.divergence, undefined);
    assert.equal(report.skipped, 0);
    if (clause.shapes.length > 0) assert(clause.shapes.some((name) => Number(shapes.counts.get(name)) > 0));
  });
});

test('each shows something that its profile sees, and one of structure a part of the state', () => {
  for (const clause of CLAUSES) {
    const seen = exampleOf(clause).shows.map(({ path }) => PROFILES.indexOf(SEEN_FROM[aspectOf(path)]));
    const rank = PROFILES.indexOf(clause.profile);
    assert(Math.min(...seen) <= rank, clause.id);
    if (clause.profile === 'structure') assert(seen.includes(rank), clause.id);
  }
});

test('an example that shows something else than it says fails, whichever part it is', () => {
  for (const clause of CLAUSES) {
    const { program, shows } = exampleOf(clause);
    shows.forEach((show, i) => {
      const altered = shows.map((one) => (one === show ? { ...one, value: otherThan(one.value) } : one));
      for (const heap of [referenceHeap, optimizedHeap]) {
        const missed = missedBy({ program, shows: altered }, heap);
        assert(missed.length > 0, clause.id);
        assert(
          missed.every((one) => one.show === altered[i]),
          clause.id,
        );
      }
    });
  }
});

function otherThan(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return value + 1;
    case 'string':
      return `${value}?`;
    case 'boolean':
      return !value;
    case 'object':
      if (Array.isArray(value)) return [...(value as unknown[]), 0];
      return value === null ? undefined : { ...value, more: 0 };
    default:
      return null;
  }
}
