import pc from 'picocolors';
import { RecordingHost } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { heapConfig } from '../spec/index.js';
import { drawHeap } from './draw-heap.js';

const plain = pc.createColors(false);

function draw(columns: number, spans: number): string[] {
  const config = heapConfig();
  const heap = optimizedHeap.create(config, new RecordingHost());
  for (let i = 0; i < spans; i++) heap.perform({ op: 'allocStack', npages: 1 });
  for (let i = 0; i < spans; i += 2) heap.perform({ op: 'freeStack', base: i * 8192 });
  return drawHeap({ config, state: heap.state(), statistics: heap.statistics() }, columns, plain);
}

test('a fresh heap says that there is nothing', () => {
  const lines = draw(80, 0);
  expect(lines).toContain('(no memory is mapped yet)');
  expect(lines).toContain('(all empty)');
  expect(lines).toContain('0 pages mapped, 65,536 more may be; pages of the operating system: 4 KiB.');
});

test('lists are in list order, and cut where the line ends', () => {
  expect(draw(80, 6)).toContain('free, 1 page     0x8000, 0x4000, 0x0');
  expect(draw(60, 100)).toContain('free, 1 page    0xc4000, 0xc0000, 0xbc000 ... 47 more');
});

test.each([40, 61, 80, 133])('nothing is wider than %i columns but sentences', (columns) => {
  for (const line of draw(columns, 300)) {
    if (!/[.:]( |$)/.test(line)) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('statistics that are not 0 are told, bytes as such', () => {
  const text = draw(80, 6).join('\n');
  expect(text).toMatch(/stacks_inuse +24 KiB/);
  expect(text).toMatch(/allspans +7/);
  expect(text).not.toMatch(/heap_released/);
});
