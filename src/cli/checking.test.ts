import type { Divergence } from '../lockstep/index.js';
import { failsAlike } from './checking.js';

const divergence = (kind: Divergence['kind'], heap: string): Divergence => ({
  kind,
  heap,
  message: '',
  differences: [],
  commandIndex: 0,
  operation: 1,
  command: null,
});

test.each([
  ['whatever heaps do wrong', divergence('state', 'b'), divergence('error', 'a'), true],
  [
    'what heaps do wrong, in place of an expectation',
    divergence('error', 'b'),
    divergence('expectation', 'b'),
    true,
  ],
  ['the expectation of the same heap', divergence('expectation', 'b'), divergence('expectation', 'b'), true],
  [
    'not an expectation that no heap meets',
    divergence('expectation', 'a'),
    divergence('expectation', 'b'),
    false,
  ],
  [
    'not an expectation in place of a difference',
    divergence('expectation', 'b'),
    divergence('state', 'b'),
    false,
  ],
])('a finding may be shrunk to %s', (_, found, wanted, alike) => {
  expect(failsAlike(found, wanted)).toBe(alike);
});
