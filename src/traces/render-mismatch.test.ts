import { renderMismatch, type TraceMismatch } from './index.js';

const MISMATCH: TraceMismatch = {
  file: 'pages.jsonl.gz',
  line: 17,
  heap: 'mine',
  operation: 15,
  performed: { op: 'alloc', npages: 2, sizeclass: 0, large: true, needzero: false },
  kind: 'step',
  differences: [
    { path: 'ret', expected: { base: 0, zeroed: false }, actual: null },
    { path: 'stats.heap_inuse', expected: 16384, actual: NaN },
    { path: 'throw', expected: undefined, actual: 'still in list' },
  ],
};

test('shows where, the operation, and each difference', () => {
  expect(renderMismatch(MISMATCH)).toBe(`pages.jsonl.gz:17: mine differs from the trace at operation 15
  alloc {"large":true,"needzero":false,"npages":2,"sizeclass":0}

  ret
    expected {"base":0,"zeroed":false}
    actual   null

  stats.heap_inuse
    expected 16384
    actual   NaN

  throw
    expected nothing
    actual   "still in list"`);
});

test('shows a state after its operation, and a breakdown', () => {
  const differences = [{ path: 'state.clock', expected: 1, actual: 2 }];
  expect(renderMismatch({ ...MISMATCH, kind: 'state', differences })).toMatch(
    /^pages\.jsonl\.gz:17: mine differs from the trace in its state after operation 15\n/,
  );
  const { file, line, heap } = MISMATCH;
  const start = {
    file,
    line,
    heap,
    operation: 0,
    kind: 'crash',
    crash: 'Error: no',
    differences: [],
  } as const;
  expect(renderMismatch(start)).toBe('pages.jsonl.gz:17: mine broke down at the start\n\n  Error: no');
});

test('of long values shows the place where they part', () => {
  const list = Array.from({ length: 1000 }, (_, i) => i * 8192);
  const other = list.map((base) => (base === 4096000 ? 7 : base));
  const text = renderMismatch({
    ...MISMATCH,
    differences: [{ path: 'state.free[1]', expected: list, actual: other }],
  });
  expect(text).toMatch(/expected ….*,4087808,4096000,4104192,.*…\n {4}actual {3}….*,4087808,7,4104192,.*…$/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(180);
});

test('of many differences shows the first and how many more there are', () => {
  const differences = Array.from({ length: 50 }, (_, i) => ({ path: `p${i}`, expected: i, actual: -i }));
  const text = renderMismatch({ ...MISMATCH, differences });
  expect(text).toContain('  p19\n');
  expect(text).not.toContain('  p20\n');
  expect(text).toMatch(/\n {2}and 30 more differences$/);
});

test('shows nothing that a terminal would obey', () => {
  const evil = '\u001b[31m\u009b\u202e\r';
  const text = renderMismatch({
    ...MISMATCH,
    file: evil,
    heap: evil,
    crash: evil,
    differences: [{ path: evil, expected: evil, actual: { [evil]: 1 } }],
  });
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
