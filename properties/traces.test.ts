import {
  optimizedHeap,
  readTrace,
  recordProgram,
  referenceHeap,
  renderMismatch,
  replayTrace,
  type HeapFactory,
  type Program,
} from 'heapspec';
import assert from 'node:assert/strict';
import { forAllPrograms } from './for-all-programs.js';

/** The text of the trace that a heap leaves of a program. */
function recorded(program: Program, heap: HeapFactory): string {
  const lines: string[] = [];
  recordProgram(program, heap, (line) => lines.push(line), { statesEvery: 20 });
  return lines.map((line) => `${line}\n`).join('');
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

async function replay(trace: string, heap: HeapFactory): Promise<void> {
  const { lines, mismatch } = await replayTrace(readTrace(bytesOf(trace)), heap);
  assert.equal(mismatch, undefined, mismatch && renderMismatch(mismatch));
  assert.equal(lines, trace.split('\n').length - 1);
}

test('what one heap leaves in a trace, the other one does again, line by line', async () => {
  await forAllPrograms({ maxCommands: 150, misuse: 0.2 }, 120, async (program) => {
    const trace = recorded(program, referenceHeap);
    assert.equal(recorded(program, optimizedHeap), trace);
    // What is refused leaves no line, and where nothing is left but the header there is nothing to replay.
    if (!trace.includes('"op"')) return;
    await replay(trace, optimizedHeap);
    await replay(trace, referenceHeap);
  });
});
