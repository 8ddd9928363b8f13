import assert from 'node:assert/strict';
import { parseTime, printTime, wholeUnit } from './times.js';

test.each([
  ['0s', 0],
  ['1ns', 1],
  ['999ns', 999],
  ['1us', 1000],
  ['1500us', 1_500_000],
  ['2ms', 2_000_000],
  ['1001ms', 1_001_000_000],
  ['1s', 1_000_000_000],
  ['90s', 90_000_000_000],
  ['5m', 300_000_000_000],
  ['61m', 3_660_000_000_000],
  ['1h', 3_600_000_000_000],
  ['24h', 86_400_000_000_000],
  ['-5m', -300_000_000_000],
  ['9007199254740991ns', Number.MAX_SAFE_INTEGER],
  ['1e+21ns', 1e21],
  ['2.5ns', 2.5],
  ['NaN', NaN],
  ['-Infinity', -Infinity],
])('%s is %d ns', (text, ns) => {
  assert.equal(printTime(ns), text);
  assert.equal(parseTime(text), ns);
});

test.each([
  ['60s', 60e9],
  ['+300s', 300e9],
  ['1e3s', 1e12],
  ['0h', 0],
])('%s is read too', (text, ns) => {
  assert.equal(parseTime(text), ns);
});

test.each([
  '',
  '5',
  '1.5s',
  's',
  '5 s',
  '5µs',
  '5S',
  '0x5s',
  '1e999s s',
  '--5s',
  'Infinitys',
  '.5ns',
  '5.ns',
  '5.',
])('%j is no time', (text) => {
  assert.equal(parseTime(text), undefined);
});

test('the unit of a time is the largest that divides it', () => {
  assert.deepEqual(wholeUnit(7_200_000_000_000), ['h', 3600e9]);
  assert.deepEqual(wholeUnit(-120_000_000_000), ['m', 60e9]);
  assert.deepEqual(wholeUnit(0), ['s', 1e9]);
  assert.deepEqual(wholeUnit(0.5), ['ns', 1]);
  assert.deepEqual(wholeUnit(2 ** 60), ['ns', 1]);
});
