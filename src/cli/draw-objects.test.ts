import pc from 'picocolors';
import { RecordingHost } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { heapConfig, type Operation } from '../spec/index.js';
import { drawObjects } from './draw-objects.js';

const plain = pc.createColors(false);

function draw(operations: readonly Operation[], columns = 80): string[] {
  const heap = optimizedHeap.create(heapConfig({ procs: 2 }), new RecordingHost());
  for (const operation of operations) heap.perform(operation);
  return drawObjects(heap.state(), columns, plain);
}

const malloc = (size: number, p = 0, scan = 0): Operation => ({
  op: 'malloc',
  p,
  size,
  scan,
  needzero: false,
});

test('a heap without objects has nothing to draw', () => {
  expect(draw([])).toEqual([]);
  expect(draw([{ op: 'allocStack', npages: 2 }])).toEqual([]);
});

test('spans, central lists, caches and the cycle are drawn', () => {
  const half = Array.from({ length: 4 }, () => malloc(1024, 1, 8));
  const finalizer: Operation = { op: 'addFinalizer', p: 1, addr: 0, id: 1 };
  const operations = [...half, malloc(40_000), malloc(5), finalizer, { op: 'addProc' } as const];
  expect(draw([...operations, { op: 'removeProc', p: 2 }])).toEqual([
    'Objects',
    'span    class   bytes  live  room  fill        freeindex',
    '0x0        31   1,024     4     8  [####....]          4  in a cache, 1 special',
    '0x2000  large  40,960     1     1  [########]          1',
    '0xc000      2      16     1   512  [#.......]          1  in a cache',
    '',
    'Central lists, as nonempty | empty',
    'class 2, 16 B    - | 0xc000',
    'class 31, 1 KiB  - | 0x0',
    '',
    'Caches',
    '0   spans by class  2: 0xc000',
    '    tiny block      0xc000, 5 bytes of 16 taken',
    '1   spans by class  31: 0x0',
    '    counters        scan 32',
    '2   removed',
    '',
    'Cycle',
    'all swept',
    'arenas of mark bits: next 1, current 0, previous 0, free 0',
    '',
  ]);
});

test('the phases of a cycle are told', () => {
  const begun: Operation[] = [malloc(64), malloc(640), { op: 'gcStart' }, { op: 'mark', addr: 10 }];
  expect(draw(begun)).toContain('marking, 64 B marked');
  const sweeping = draw([...begun, { op: 'gcEnd', heapDistance: 1e6 }]).join('\n');
  expect(sweeping).toMatch(/^sweeping, 2 spans to go, 0\.\d+ pages for each byte$/m);
  expect(sweeping).toMatch(/^0x0 +5 .* to be swept$/m);
});

test('many lines are only counted, and none is wider than the terminal', () => {
  const many = Array.from({ length: 60 }, (_, i) => malloc(40_000 + i));
  const all = Array.from({ length: 40 }, (_, i) => malloc(600 + 200 * i));
  const lines = draw([...many, ...all], 60);
  expect(lines.slice(0, lines.indexOf(''))).toHaveLength(26);
  expect(lines).toContainEqual(expect.stringMatching(/^\.\.\. and \d\d more lines$/));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.some((line) => line.endsWith(' ...'))).toBe(true);
});
