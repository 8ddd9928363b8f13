import { join } from 'node:path';
import { DEFAULT_CONFIG, ProcessImplementation, type Case } from 'heapspec';
import { REPOSITORY } from './repository.js';

// A million operations through one process: our memory stays as it is.

const CALLS = 5000;
const CASES = 200;

const CASE: Case = {
  config: DEFAULT_CONFIG,
  calls: Array.from({ length: CALLS }, (_, i) => ({ op: 'tick', args: { ns: i } })),
  states: [],
  wants: { statistics: true, effects: true },
};

test(`${CALLS * CASES} operations through a process take no more memory than some`, async () => {
  const odd = join(REPOSITORY, 'properties', 'implementations', 'odd.mjs');
  const implementation = new ProcessImplementation({ command: process.execPath, args: [odd] });
  const used: number[] = [];
  for (let i = 0; i < CASES; i++) {
    const { answers, breakdown } = await implementation.run(CASE);
    expect(breakdown).toBeUndefined();
    expect(answers).toHaveLength(CALLS);
    used.push(process.memoryUsage().heapUsed);
  }
  await implementation.stop();
  const least = (values: readonly number[]): number => Math.min(...values);
  // What garbage there is comes and goes: the troughs tell.
  const third = Math.floor(CASES / 3);
  expect(least(used.slice(-third)) - least(used.slice(0, third))).toBeLessThan(32 * 2 ** 20);
}, 120_000);
