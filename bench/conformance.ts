import {
  checkConformance,
  DEFAULT_CONFIG,
  optimizedHeap,
  ProcessImplementation,
  WasmImplementation,
  type Case,
  type Implementation,
} from 'heapspec';
import loadWabt from 'wabt';

// How fast implementations are asked, by heaps that do nothing, and how long a whole run takes.

/** One way to ask. */
export interface ConformanceRow {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
}

const CALLS = 10_000;
const CASES = 100;

const CASE: Case = {
  config: DEFAULT_CONFIG,
  calls: Array.from({ length: CALLS }, () => ({ op: 'tick', args: { ns: 1 } })),
  states: [],
  wants: { statistics: true, effects: true },
};

/** A process that does nothing. */
const NOTHING = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { type, batch, calls } = JSON.parse(line);
  if (type === 'start') {
    console.log(JSON.stringify({ type: 'started', protocol: 1, name: 'nothing', profile: 'safety', level: 'pages' }));
  }
  if (type === 'run') console.log(JSON.stringify({ type: 'ran', batch, answers: calls.map(() => ({})) }));
  if (type === 'stop') process.exit();
});`;

/** A module that does nothing. */
const EMPTY = `(module
  (memory (export "memory") 1)
  (func (export "protocol") (result i32) (i32.const 1))
  (func (export "profile") (result i32) (i32.const 0))
  (func (export "level") (result i32) (i32.const 0))
  (func (export "results") (result i32) (i32.const 0))
  (func (export "create") (param f64 f64 f64 f64 f64 f64 f64))
  (func (export "perform") (param i32 f64 f64 f64 f64) (result i32) (i32.const 0)))`;

/** Measures all of it. */
export async function conformanceRows(): Promise<ConformanceRow[]> {
  const process_ = new ProcessImplementation({ command: process.execPath, args: ['-e', NOTHING] });
  const module = (await loadWabt()).parseWat('empty.wat', EMPTY).toBinary({}).buffer;
  return [
    await rate('process', process_),
    await rate('wasm', new WasmImplementation('empty', module)),
    await fullRun(),
  ];
}

async function rate(name: string, implementation: Implementation): Promise<ConformanceRow> {
  for (let i = 0; i < CASES / 10; i++) await implementation.run(CASE);
  const begun = performance.now();
  for (let i = 0; i < CASES; i++) {
    const { breakdown } = await implementation.run(CASE);
    if (breakdown) throw new Error(breakdown.message);
  }
  const seconds = (performance.now() - begun) / 1000;
  await implementation.stop();
  return { name, calls: CASES * CALLS, seconds };
}

async function fullRun(): Promise<ConformanceRow> {
  const begun = performance.now();
  const { counts, conforms } = await checkConformance(optimizedHeap);
  if (!conforms) throw new Error('the optimized heap does not conform');
  return {
    name: 'optimized heap, structure',
    calls: counts.calls,
    seconds: (performance.now() - begun) / 1000,
  };
}
