import { MemPool } from '@thi.ng/malloc';
import { PAGE_SIZE } from 'heapspec';
import { next, pick } from './harness.js';
import type { Workload } from './harness.js';
import { LIVE, MOST_PAGES } from './page-churn.js';

/**
 * What a JavaScript user would take today, on its own terms: @thi.ng/malloc allocates and frees blocks of page multiples
 * in one ArrayBuffer, 2,000 of them live.
 */
export class PoolChurn implements Workload {
  readonly name = '@thi.ng/malloc';
  private readonly pool = new MemPool({ size: 2 ** 29 });
  private readonly live = new Float64Array(LIVE);
  private state = 12_345;

  constructor() {
    for (let i = 0; i < LIVE; i++) this.live[i] = this.alloc();
  }

  run(operations: number): number {
    for (let i = 0; i < operations; i += 2) {
      this.state = next(this.state);
      const victim = pick(this.state, LIVE);
      this.pool.free(this.live[victim]);
      this.live[victim] = this.alloc();
    }
    return operations;
  }

  private alloc(): number {
    this.state = next(this.state);
    const address = this.pool.malloc((1 + pick(this.state, MOST_PAGES)) * PAGE_SIZE);
    if (address === 0) throw new Error('the pool is full');
    return address;
  }
}
