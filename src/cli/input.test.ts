import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInput, readProgram } from './input.js';

const folder = mkdtempSync(join(tmpdir(), 'heapspec-input-'));
const path = join(folder, 'long.heap');

beforeAll(() => {
  writeFileSync(path, 'tick 5s\n'.repeat(20_000));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** How often others have their turn while a program of so many lines is read, from memory. */
async function turnsWhileReading(lines: number): Promise<number> {
  const input = { ...(await openInput(path)), source: Buffer.from('tick 5s\n'.repeat(lines)) };
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  turn();
  expect((await readProgram(input)).commands).toHaveLength(lines);
  isDone = true;
  return turns;
}

test('others have their turn while a long program is read', async () => {
  const least = await turnsWhileReading(1);
  expect((await turnsWhileReading(20_000)) - least).toBeGreaterThanOrEqual(4);
});

test('reading can be ended', async () => {
  const input = await openInput(path);
  const interruption = new AbortController();
  interruption.abort();
  await expect(readProgram(input, interruption.signal)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/^interrupted while reading .*long\.heap$/) as unknown,
  });
});
