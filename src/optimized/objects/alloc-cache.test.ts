import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { Chance } from '../../programs/chance.js';
import { CLASS_TO_PAGES, CLASS_TO_SIZE, PAGE_SIZE, heapConfig } from '../../spec/index.js';
import type { InUseSpanState } from '../../spec/index.js';
import { OptimizedHeap } from '../index.js';

const ALL = 2n ** 64n - 1n;

/** A span as the runtime has it, with an `allocCache` of 64 bits, and the two ways to take an object from it. */
class RuntimeSpan {
  freeindex = 0;
  allocCache = ALL;
  allocCount = 0;
  fast = 0;
  slow = 0;

  constructor(
    readonly nelems: number,
    readonly allocBits: readonly boolean[],
  ) {}

  /** Refills from the window that holds `freeindex`, as when a span is cached. */
  begin(freeindex: number): void {
    this.freeindex = freeindex;
    this.refill(freeindex - (freeindex % 64));
    this.allocCache >>= BigInt(freeindex % 64);
    this.allocCount = this.allocBits.filter((bit, i) => bit || i < freeindex).length;
  }

  /** Takes an object and returns its index; `nelems` where there is none. */
  take(): number {
    const fast = this.nextFreeFast();
    if (fast !== undefined) {
      this.fast += 1;
      return fast;
    }
    this.slow += 1;
    const slow = this.nextFreeIndex();
    if (slow < this.nelems) this.allocCount += 1;
    return slow;
  }

  private nextFreeFast(): number | undefined {
    const zeros = this.zeros();
    const result = this.freeindex + zeros;
    const next = result + 1;
    if (zeros === 64 || result >= this.nelems || (next % 64 === 0 && next !== this.nelems)) return undefined;
    this.allocCache >>= BigInt(zeros + 1);
    this.freeindex = next;
    this.allocCount += 1;
    return result;
  }

  private nextFreeIndex(): number {
    if (this.freeindex === this.nelems) return this.nelems;
    let zeros = this.zeros();
    while (zeros === 64) {
      this.freeindex = (Math.floor(this.freeindex / 64) + 1) * 64;
      if (this.freeindex >= this.nelems) return (this.freeindex = this.nelems);
      this.refill(this.freeindex);
      zeros = this.zeros();
    }
    const result = this.freeindex + zeros;
    if (result >= this.nelems) return (this.freeindex = this.nelems);
    this.allocCache >>= BigInt(zeros + 1);
    this.freeindex = result + 1;
    if (this.freeindex % 64 === 0 && this.freeindex !== this.nelems) this.refill(this.freeindex);
    return result;
  }

  private refill(from: number): void {
    this.allocCache = 0n;
    for (let i = 63; i >= 0; i--) {
      this.allocCache = (this.allocCache << 1n) | (this.allocBits[from + i] ? 0n : 1n);
    }
  }

  private zeros(): number {
    if (this.allocCache === 0n) return 64;
    let zeros = 0;
    while (((this.allocCache >> BigInt(zeros)) & 1n) === 0n) zeros += 1;
    return zeros;
  }

  /** The cache as states show it: only slots that exist, up to the end of the window. */
  shown(): [number, number] {
    const left = Math.min((Math.floor(this.freeindex / 64) + 1) * 64, this.nelems) - this.freeindex;
    const bits = left > 0 ? this.allocCache & ((1n << BigInt(left)) - 1n) : 0n;
    return [Number(bits & 0xffffffffn), Number(bits >> 32n)];
  }
}

function bitsOf(hex: string, nelems: number): boolean[] {
  return Array.from({ length: nelems }, (_, i) => {
    const byte = parseInt(hex.slice((i >>> 3) * 2, (i >>> 3) * 2 + 2), 16);
    return ((byte >>> (i & 7)) & 1) === 1;
  });
}

describe('what a cache hands out word by word', () => {
  // Objects of 8, 16, 24 ... bytes: 1,024, 512, 170 or fewer in a span, with and without a part of a word at the end.
  it.each([8, 16, 48, 80, 112, 128, 208, 256, 512, 1408, 4096, 6528])(
    'is what the 64 bits of the runtime would give, for objects of %d bytes',
    (size) => {
      const sizeclass = CLASS_TO_SIZE.indexOf(size);
      const nelems = Math.floor((CLASS_TO_PAGES[sizeclass] * PAGE_SIZE) / size);
      const chance = new Chance(size, 21, 0);
      const heap = new OptimizedHeap(heapConfig({ arenaPages: 4096 }), new RecordingHost());
      const current = (): InUseSpanState => {
        const { mcache, spans } = heap.state();
        const base = mcache[0]?.alloc[sizeclass];
        const span = spans.find((candidate) => candidate.base === base);
        assert.ok(span?.state === 'inuse');
        return span;
      };
      let model: RuntimeSpan | undefined;
      let base = -1;
      let live: number[] = [];
      const paths = { fast: 0, slow: 0, spans: 0 };
      for (let step = 0; step < Math.min(4 * nelems, 1500); step++) {
        const addr = heap.malloc(0, size, false, size);
        live.push(addr);
        const span = current();
        if (span.base !== base || model === undefined) {
          if (model !== undefined) {
            assert.equal(model.take(), nelems, 'the one before was full');
            paths.fast += model.fast;
            paths.slow += model.slow;
          }
          base = span.base;
          paths.spans += 1;
          model = new RuntimeSpan(nelems, bitsOf(span.allocBits ?? '', nelems));
          model.begin(0);
        }
        assert.equal(addr, base + model.take() * size);
        assert.deepEqual(
          [span.freeindex, span.allocCount, span.allocCache],
          [model.freeindex, model.allocCount, model.shown()],
        );
        assert.deepEqual(heap.audit(), []);
        if (chance.happens(1.5 / nelems)) {
          // A flush, and a cycle in which each object survives by chance: spans with free objects are used again.
          heap.gcStart();
          const share = chance.pick([0.1, 0.5, 0.95]);
          live = live.filter(() => chance.happens(share));
          for (const object of live) heap.mark(object);
          heap.gcEnd(0);
          model = undefined;
        }
      }
      assert.ok(paths.spans > 1 && paths.fast + paths.slow > 0, JSON.stringify(paths));
    },
  );
});
