import { describeConformance } from 'heapspec';
import { describe, test } from 'vitest';
import { FirstFitHeap } from './first-fit-heap.js';

describeConformance('a first-fit heap', (config) => new FirstFitHeap(config), {
  profile: 'safety',
  level: 'pages',
  runner: { describe, test },
});
