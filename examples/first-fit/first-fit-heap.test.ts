import { checkConformance, describeConformance } from 'heapspec';
import { describe, expect, test } from 'vitest';
import { FirstFitHeap } from './first-fit-heap.js';

describeConformance('a first-fit heap', (config, host) => new FirstFitHeap(config, host), {
  profile: 'accounting',
  level: 'pages',
  runner: { describe, test },
});

test('it breaks the clauses that make best fit, and the one about lists that it has not', async () => {
  const { clauses } = await checkConformance((config, host) => new FirstFitHeap(config, host), {
    profile: 'placement',
    level: 'pages',
    runs: 100,
    traces: false,
  });
  const failed = clauses.filter(({ verdict }) => verdict === 'failed');
  expect(failed.map(({ clause }) => clause)).toEqual([
    'alloc.newest',
    'alloc.climb',
    'alloc.large-list-last',
    'alloc.best-fit',
    'alloc.best-fit.giant',
    'growth.fallback.missed',
  ]);
}, 60_000);
