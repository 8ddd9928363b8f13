import type { HeapConfig, Host } from '../spec/index.js';
import { Allocator } from './objects/allocator.js';
import { Caches } from './objects/caches.js';
import { CentralLists } from './objects/central-lists.js';
import { Collector } from './objects/collector.js';
import { SpanObjects } from './objects/span-objects.js';
import { SpanSource } from './objects/span-source.js';
import { SpecialOperations } from './objects/special-operations.js';
import { Specials } from './objects/specials.js';
import { Sweeper } from './objects/sweeper.js';
import { PageHeap } from './pages/page-heap.js';
import { Scavenger } from './pages/scavenger.js';

/** The parts of a heap, put together: each knows those in front of it that it needs. */
export class HeapParts {
  readonly pages: PageHeap;
  readonly scavenger: Scavenger;
  readonly caches: Caches;
  readonly objects: SpanObjects;
  readonly specials: Specials;
  readonly sweeper: Sweeper;
  readonly source: SpanSource;
  readonly central: CentralLists;
  readonly allocator: Allocator;
  readonly collector: Collector;
  readonly specialOperations: SpecialOperations;

  constructor(config: HeapConfig, host: Host) {
    this.pages = new PageHeap(config, host);
    this.scavenger = new Scavenger(this.pages);
    this.caches = new Caches(config.procs);
    this.objects = new SpanObjects(this.pages.records, this.caches);
    this.specials = new Specials(this.pages, this.objects);
    this.sweeper = new Sweeper(this.pages, this.caches, this.objects, this.specials);
    this.source = new SpanSource(this.pages, this.caches, this.sweeper);
    this.central = new CentralLists(this.pages, this.caches, this.objects, this.source, this.sweeper);
    this.allocator = new Allocator(
      this.pages,
      this.caches,
      this.objects,
      this.central,
      this.source,
      this.sweeper,
    );
    this.collector = new Collector(this.pages, this.caches, this.objects, this.central, this.sweeper);
    this.specialOperations = new SpecialOperations(this.pages, this.caches, this.sweeper, this.specials);
    this.pages.fate.onEnd = () => {
      this.caches.close();
      this.pages.cycle.markable = 0;
    };
  }
}
