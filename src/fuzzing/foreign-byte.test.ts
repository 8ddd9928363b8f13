import fc from 'fast-check';
import { firstForeignByte } from './foreign-byte.js';

test.each([
  ['latin at the start', [0xe4], 1, 1, 0xe4],
  ['latin in a later line', [0x23, 0x0a, 0x0a, 0x23, 0x20, 0xfc, 0x62], 3, 3, 0xfc],
  ['behind characters of several bytes', [...Buffer.from('ä€😀'), 0xff], 1, 5, 0xff],
  ['behind a replacement character of its own', [...Buffer.from('\ufffd'), 0x80], 1, 2, 0x80],
  ['a character that breaks off at the end', [0x61, 0xe2, 0x82], 1, 2, 0xe2],
  ['a character that breaks off in the line', [0x61, 0xe2, 0x0a, 0x82], 1, 2, 0xe2],
  ['half a surrogate pair', [0xed, 0xa0, 0x80], 1, 1, 0xed],
  ['a mark of byte order before it', [0xef, 0xbb, 0xbf, 0x61, 0xc0], 1, 3, 0xc0],
])('finds %s', (_, bytes, line, column, byte) => {
  expect(firstForeignByte(Uint8Array.from(bytes))).toEqual({ line, column, byte });
});

test('finds nothing in text', () => {
  const text = fc.string({ unit: 'binary' }).map((one) => Buffer.from(one));
  fc.assert(fc.property(text, (bytes) => firstForeignByte(bytes) === undefined));
});

test('finds something in what is none, and text before it', () => {
  const bytes = fc
    .uint8Array({ minLength: 1 })
    .map((tail) => Buffer.concat([Buffer.from('a\nb'), tail, Buffer.of(0xff)]));
  fc.assert(
    fc.property(bytes, (all) => {
      const { line, column, byte } = firstForeignByte(all) ?? { line: 0, column: 0, byte: 0 };
      const lines = (encoding: 'utf8' | 'latin1'): string[] => all.toString(encoding).split('\n');
      const before =
        lines('utf8')
          .at(line - 1)
          ?.slice(0, column - 1) ?? '';
      const linesBefore = lines('latin1').slice(0, line - 1);
      const offset = linesBefore.reduce((sum, one) => sum + one.length + 1, Buffer.byteLength(before));
      return all[offset] === byte && firstForeignByte(all.subarray(0, offset)) === undefined;
    }),
  );
});
