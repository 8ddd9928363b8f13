import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { RecordingHost } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import type { Heap } from '../spec/index.js';
import {
  goldenTraces,
  performStep,
  printRecord,
  readGoldenTrace,
  renderMismatch,
  replayTrace,
  TraceWriter,
} from './index.js';

const HEAPS = [referenceHeap, optimizedHeap];

const TRACES = goldenTraces();

/** The reference counts all spans for its statistics, of which there may be very many, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

describe.each(TRACES)('$name', (trace) => {
  const text = gunzipSync(readFileSync(trace.path)).toString('utf8');

  test.each(HEAPS)(
    'the $name heap agrees with every line',
    async (heap) => {
      const { mismatch, lines, steps, states } = await replayTrace(readGoldenTrace(trace), heap);
      expect(mismatch && renderMismatch(mismatch)).toBeUndefined();
      expect(lines).toBe(trace.lines);
      expect(1 + steps + states).toBe(trace.lines);
    },
    PATIENCE_MS,
  );

  test('is written again, from its records, as it was read', async () => {
    const printed: string[] = [];
    for await (const record of readGoldenTrace(trace)) printed.push(`${printRecord(record)}\n`);
    assert.equal(printed.join(''), text);
  });

  test.each(HEAPS)(
    'the $name heap, recorded on the same way, leaves the same lines',
    async (factory) => {
      const recorded: string[] = [];
      let host = new RecordingHost();
      let heap: Heap | undefined;
      let writer: TraceWriter | undefined;
      for await (const record of readGoldenTrace(trace)) {
        if (record.kind === 'header') {
          host = new RecordingHost();
          heap = factory.create(record.config, host);
          const options = { level: record.level, ...record.provenance };
          writer = new TraceWriter((line) => recorded.push(`${line}\n`), record.config, options);
          continue;
        }
        assert(heap && writer);
        if (record.kind === 'state') writer.state(heap.state());
        else {
          writer.step(
            record.operation,
            performStep({ name: factory.name, heap, host }, record),
            heap.statistics(),
          );
        }
      }
      assert.equal(recorded.join(''), text);
    },
    PATIENCE_MS,
  );
});
