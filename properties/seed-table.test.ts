import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';
import { complaintsAbout, type SeedName } from './seed-table.js';

const TABLE = readFileSync(join(REPOSITORY, 'docs/seed.md'), 'utf8');
const NAMES = JSON.parse(
  readFileSync(join(REPOSITORY, 'properties/seed-names.json'), 'utf8'),
) as readonly SeedName[];

test('every name of the seed has its row, and all that the rows name is there', () => {
  assert.equal(NAMES.length, 148);
  assert.deepEqual(complaintsAbout(TABLE, NAMES), []);
});

describe('the table is found wrong', () => {
  const grow = TABLE.split('\n').find((line) => line.includes('func `mheap.grow`')) ?? '';

  /** What is said of the table after each `from` in the row of `mheap.grow` became `to`. */
  function complaintsAfter(from: string, to: string): string[] {
    assert(grow.includes(from), from);
    return complaintsAbout(TABLE.replace(grow, grow.replaceAll(from, to)), NAMES);
  }

  test.each([
    [
      'a line that is wrong',
      '| 763 |',
      '| 764 |',
      'mheap.grow is a func of line 763, not a func of line 764',
    ],
    ['a kind that is wrong', 'func', 'type', 'mheap.grow is a func of line 763, not a type of line 763'],
    ['a file that does not exist', 'growing.ts', 'grown.ts', 'there is no src/reference/pages/grown.ts'],
    ['a symbol that does not exist', '`sysAlloc`', '`sysAll`', 'growing.ts has no sysAll'],
    ['a symbol that only comments have', '`map`', '`Maps`', 'src/optimized/pages/page-heap.ts has no Maps'],
    ['a place without a symbol', '`map`', '', 'names no place'],
    ['an invariant that does not exist', '`accounting.heap-sys`', '`accounting.sys`', 'no accounting.sys'],
    ['a shape that does not exist', '`growth/joins-tail`', '`growth/tail`', 'there is no growth/tail'],
    ['a recording that does not exist', '`throws-oom`', '`throws-out`', 'there is no throws-out'],
    ['recordings that do not exist', '`pages-tiny-arena-*`', '`pages-no-*`', 'there is no pages-no-*'],
    ['a name without its backticks', '`growth/joins-tail`', 'tails', '"tails" is no name'],
  ])('%s', (_, from, to, complaint) => {
    const complaints = complaintsAfter(from, to);
    assert.equal(complaints.length, 1);
    assert(complaints[0].includes(complaint), complaints[0]);
  });

  test('a name without a row', () => {
    const complaints = complaintsAbout(TABLE.replace(`${grow}\n`, ''), NAMES);
    assert.deepEqual(complaints, ['mheap.grow has 0 rows']);
  });

  test('a name with two rows', () => {
    const complaints = complaintsAbout(TABLE.replace(grow, `${grow}\n${grow}`), NAMES);
    assert.deepEqual(complaints, ['mheap.grow has 2 rows']);
  });

  test('a row for what the seed does not have', () => {
    const complaints = complaintsAfter('`mheap.grow`', '`mheap.shrink`');
    assert.deepEqual(complaints, ['mheap.grow has 0 rows', 'mheap.shrink is no name of the seed']);
  });

  test.each([
    ['model', 2],
    ['machine', 3],
    ['way to see it fail', 4],
  ])('no %s, and no reason', (_, column) => {
    const cells = grow.split(' | ');
    const complaints = complaintsAfter(cells[column], '—');
    assert.deepEqual(complaints, ['mheap.grow is left out without a reason']);
  });

  test('a line that is no row', () => {
    assert.throws(() => complaintsAfter(' | |', ' |'), /this is no row of the table/);
    assert.throws(() => complaintsAfter('func `mheap.grow`', 'mheap.grow'), /this is no row of the table/);
  });
});
