import { parseProgram } from '../programs/index.js';
import { packProgram, unpackProgram } from './packed-program.js';

const LONG = parseProgram(`config arenaPages=900\n${'alloc 3\n'.repeat(10_000)}alloc "three" large`);

test('a program comes out as it went in', async () => {
  const packed = await packProgram(LONG, () => false);
  expect(packed?.parts.length).toBeGreaterThan(1);
  expect(packed && unpackProgram(packed)).toEqual(LONG);
});

test('others have their turn while a long one is packed, and it can be left undone', async () => {
  let isUnwanted = false;
  setImmediate(() => (isUnwanted = true));
  expect(await packProgram(LONG, () => isUnwanted)).toBeUndefined();
});
