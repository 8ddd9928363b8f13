import { describeConformance, optimizedHeap } from 'heapspec';

// A test for each clause of the specification. Put a heap of your own in the place of `optimizedHeap`.
describeConformance('the heap', optimizedHeap, { profile: 'structure', runs: 50, traces: false });
