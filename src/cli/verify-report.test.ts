import { SHAPES } from '../lockstep/index.js';
import { Terminal, type TextStream } from './terminal.js';
import { DEFAULT_RUNS, Verification } from './verification.js';
import { renderVerification } from './verify-report.js';

const stream: TextStream = {
  isTTY: false,
  columns: 80,
  write: () => undefined,
  writeAll: () => Promise.resolve(true),
};
const terminal = new Terminal(stream, stream, {});

/** A shape that no program reached, and that should be. */
const missed = SHAPES.find((shape) => shape.required) ?? SHAPES[0];

function verificationOf(programs: number): Verification {
  const verification = new Verification({ seed: 1, heaps: 'both', patience: 2000 });
  const shapes = Object.fromEntries(SHAPES.filter((shape) => shape !== missed).map(({ name }) => [name, 1]));
  for (let i = 0; i < programs; i++) {
    verification.addProgram({ operations: 1, milliseconds: 1, shapes }, false);
  }
  return verification;
}

function render(verification: Verification): string {
  verification.conclude(5);
  return renderVerification(verification, terminal);
}

const reached = `${SHAPES.length - 1} of ${SHAPES.length} shapes were reached`;

test('shapes are listed where they are what went wrong', () => {
  const text = render(verificationOf(DEFAULT_RUNS));
  expect(text).toContain(`${reached}; required, but not reached:\n  ${missed.name}: ${missed.what}\n`);
  expect(text).toMatch(/^shapes +reached/m);
});

test('a short run tells how many it reached, and does not judge', () => {
  const text = render(verificationOf(5));
  expect(text).toContain(`${reached}; that is judged from 8,000 programs on`);
  expect(text).not.toContain(missed.what);
});

test('an interrupted run says no more of shapes than a line', () => {
  const verification = verificationOf(DEFAULT_RUNS);
  verification.interrupted = true;
  const text = render(verification);
  expect(text).toContain(`\n\n${reached}; that is not judged, since the run was interrupted.\n\n`);
  expect(text).not.toMatch(/^shapes +reached|joins/m);
});

test('findings come first, and then no more of shapes than a line', () => {
  const verification = verificationOf(DEFAULT_RUNS);
  const mismatch = {
    file: 'a.jsonl',
    line: 2,
    heap: 'optimized',
    operation: 1,
    kind: 'hang',
    crash: 'it did not come back from the operation within 2 s',
    differences: [],
  } as const;
  const trace = { name: 'a.jsonl', path: '/a.jsonl', lines: 2, sha256: '' };
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1, mismatch });
  const text = render(verification);
  expect(text).toMatch(
    /^FOUND a\.jsonl:2: optimized did not come back at operation 1\n\n {2}it did not come back from the operation within 2 s\n/,
  );
  expect(text).toContain('again: npx heapspec replay /a.jsonl --heap optimized --timeout 2s\n');
  expect(text).toContain(`${reached}; that is not judged, since a heap fails.`);
  expect(text).not.toMatch(/^shapes +reached|required shapes/m);
});
