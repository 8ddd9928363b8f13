import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { EXIT, worstExitCode } from './exit-code.js';
import { shellQuoted } from './finding.js';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLimit,
  formatMany,
  formatOffset,
  formatRate,
} from './format.js';
import { durationOption, integerOption, timeoutArgument } from './options.js';
import { printable, printableLine } from './printable.js';
import { layOutTable } from './table.js';

test('numbers read well', () => {
  expect([0, 1234567].map(formatCount)).toEqual(['0', '1,234,567']);
  expect([formatMany(1, 'page'), formatMany(2, 'page'), formatMany(0, 'try', 'tries')]).toEqual([
    '1 page',
    '2 pages',
    '0 tries',
  ]);
  expect([0, 1023, 8192, 1572864, -2048, 2 ** 53].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '8 KiB',
    '1.5 MiB',
    '-2 KiB',
    '8 PiB',
  ]);
  expect([5.4, 999.4, 12_340, 59_990, 125_000].map(formatDuration)).toEqual([
    '5 ms',
    '999 ms',
    '12.3 s',
    '60.0 s',
    '2 min 5 s',
  ]);
  expect([500, 1500, 30_000].map(formatLimit)).toEqual(['500 ms', '1500 ms', '30 s']);
  expect([formatRate(212_345, 1000), formatRate(5, 0)]).toEqual(['212,000/s', '-']);
  expect([0, 0x1a000, -8].map(formatOffset)).toEqual(['0x0', '0x1a000', '-0x8']);
});

test('nothing that a terminal obeys is printed', () => {
  expect(printable('a\u001b[31mb\r\n\tc\u0007\u009b\u202e\u2028')).toBe(
    'a\\u{1b}[31mb\\r\n\\tc\\u{7}\\u{9b}\\u{202e}\\u{2028}',
  );
  expect(printableLine('a\nb')).toBe('a\\nb');
  expect(printable('größer → 漢字 ✓')).toBe('größer → 漢字 ✓');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (/[^\P{C}\p{Cn}\p{Co}\n]/u.test(printable(text))) throw new Error('control character');
    }),
  );
});

test('a name is one word for a shell', () => {
  expect(shellQuoted('dir/a-b_1.heap')).toBe('dir/a-b_1.heap');
  expect(shellQuoted("it's; rm *")).toBe(String.raw`'it'\''s; rm *'`);
  expect(shellQuoted('-x.heap')).toBe("'./-x.heap'");
});

test('columns are aligned whatever their colours', () => {
  const { red } = pc.createColors(true);
  const lines = layOutTable(
    [
      ['a', 'bb'],
      [red('ccc'), 'd', 'e'],
    ],
    ['left', 'right'],
  ).map(stripVTControlCharacters);
  expect(lines).toEqual(['a    bb', 'ccc   d  e']);
});

test('options are checked', () => {
  const upTo9 = integerOption(1, 9);
  expect(upTo9('9')).toBe(9);
  for (const wrong of ['0', '10', '-1', '1.5', '1e0', '', ' 1', 'x']) {
    expect(() => upTo9(wrong)).toThrow('whole number from 1 to 9');
  }
  expect(['500ms', '30s', '1.5m', '2h'].map(durationOption)).toEqual([500, 30_000, 90_000, 7_200_000]);
  expect([30_000, 2000, 1500].map(timeoutArgument)).toEqual(['', ' --timeout 2s', ' --timeout 1500ms']);
  for (const wrong of ['30', '0s', '-1s', '8d', '200h', 's', '']) {
    expect(() => durationOption(wrong)).toThrow('500ms, 30s, 2m or 1h');
  }
});

test('the worst exit code wins, and a heap that is wrong is the worst', () => {
  expect(worstExitCode([])).toBe(EXIT.ok);
  expect(worstExitCode([EXIT.ok, EXIT.usage])).toBe(EXIT.usage);
  expect(worstExitCode([EXIT.usage, EXIT.incomplete])).toBe(EXIT.incomplete);
  expect(worstExitCode([EXIT.usage, EXIT.failed, EXIT.incomplete])).toBe(EXIT.failed);
});
