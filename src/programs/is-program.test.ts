import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../spec/index.js';
import { isProgram } from './is-program.js';
import { OBLIGING_HOST } from './program.js';

const host = OBLIGING_HOST;
const config = DEFAULT_CONFIG;
const alloc = { op: 'alloc', handle: 1, npages: 1, sizeclass: 0, large: false, needzero: false };
const malloc = { op: 'malloc', handle: 2, size: 8, p: 0, scan: 0, needzero: false };
const free = { op: 'free', span: { handle: 1, offset: 0 }, dirty: false };

/** A program of some commands. */
const of = (...commands: unknown[]): unknown => ({ config, host, commands });

test.each([
  ['nothing to do', of()],
  [
    'an undefined field is as good as none',
    of({ ...alloc, expect: undefined }, { ...free, acct: undefined }),
  ],
  ['a place without a handle', of({ op: 'query', at: { handle: undefined, offset: 5 } })],
  ['the nil pointer', of({ op: 'query', at: null })],
  ['misuse', of({ ...alloc, npages: 'many', sizeclass: NaN }, { ...free, span: { offset: 'here' } })],
  ['outcomes', of({ ...alloc, expect: [{ kind: 'result' }, { kind: 'FatalError', message: '' }] })],
  ['objects', of(malloc, { op: 'gcStart' }, { op: 'mark', at: { handle: 2, offset: 7 } })],
  [
    'a command at a claim',
    of({ op: 'sweepone', p: 0 }, { ...malloc, claim: [1] }, { ...alloc, claim: [1, 2] }),
  ],
  ['a claim of nothing', of({ ...malloc, claim: [1, 2, 3] })],
  ['no claim at all', of({ ...malloc, claim: undefined })],
])('is a program: %s', (_, value) => {
  assert.equal(isProgram(value), true);
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['a text', 'alloc 1'],
  ['a list', []],
  ['no host', { config, commands: [] }],
  ['no configuration', { host, commands: [] }],
  ['no commands', { config, host }],
  ['commands that are no list', { config, host, commands: { length: 0 } }],
  ['more than a program', { config, host, commands: [], seed: 1 }],
  ['a setting missing', { host, config: { ...config, procs: undefined }, commands: [] }],
  ['a setting too many', { host, config: { ...config, speed: 1 }, commands: [] }],
  ['a setting out of range', { host, config: { ...config, procs: 0 }, commands: [] }],
  ['a setting that is no number', { host, config: { ...config, procs: '1' }, commands: [] }],
  ['a host without a seed', { config, host: { refusals: 0 }, commands: [] }],
  ['a host with a seed out of range', { config, host: { seed: 2 ** 32, refusals: 0 }, commands: [] }],
  ['a host with too many refusals', { config, host: { seed: 0, refusals: 1.1 }, commands: [] }],
  ['a host that refuses NaN', { config, host: { seed: 0, refusals: NaN }, commands: [] }],
  // eslint-disable-next-line no-sparse-arrays
  ['a hole', { config, host, commands: [alloc, , free] }],
  ['a command that is null', of(null)],
  ['a command without a name', of({})],
  ['an unknown command', of({ op: 'toString' })],
  ['no handle', of({ ...alloc, handle: undefined })],
  ['a handle that is no integer', of({ ...alloc, handle: 1.5 })],
  ['a negative handle', of({ ...alloc, handle: -1 })],
  ['the handle -0', of({ ...alloc, handle: -0 })],
  ['a handle that is not exact', of({ ...alloc, handle: 2 ** 53 })],
  ['a handle made twice', of(alloc, alloc)],
  ['a handle used too soon', of(free, alloc)],
  ['a handle where none is made', of({ op: 'tick', ns: 1, handle: 1 })],
  ['an operand missing', of({ ...alloc, npages: undefined })],
  ['an operand too many', of({ ...alloc, acct: true })],
  ['an operand of the wrong type', of({ ...alloc, npages: true })],
  ['a flag of the wrong type', of({ ...alloc, large: 1 })],
  ['a flag missing', of(alloc, { ...free, dirty: undefined })],
  ['a choice of the wrong type', of(alloc, { ...free, acct: 1 })],
  ['no place', of(alloc, { ...free, span: undefined })],
  ['nil where nothing can be nil', of(alloc, { ...free, span: null })],
  ['a place without an offset', of(alloc, { ...free, span: { handle: 1 } })],
  ['a text as offset from a span', of(alloc, { ...free, span: { handle: 1, offset: 'x' } })],
  ['a place with more than that', of(alloc, { ...free, span: { handle: 1, offset: 0, page: 1 } })],
  ['no outcome', of({ ...alloc, expect: [] })],
  ['an unknown outcome', of({ ...alloc, expect: [{ kind: 'Error' }] })],
  ['an outcome that is null', of({ ...alloc, expect: [null] })],
  ['a fatal error without a message', of({ ...alloc, expect: [{ kind: 'FatalError' }] })],
  ['a refusal with a message', of({ ...alloc, expect: [{ kind: 'RangeError', message: '' }] })],
  ['an object without a size', of({ ...malloc, size: undefined })],
  ['an object with a page count', of({ ...malloc, npages: 1 })],
  ['a mark of nothing', of({ op: 'mark', at: null })],
  ['an empty claim', of({ ...malloc, claim: [] })],
  ['a claim 0', of({ ...malloc, claim: [0] })],
  ['a claim that is no integer', of({ ...malloc, claim: [1, 1.5] })],
  ['a claim that is no list', of({ ...malloc, claim: 1 })],
  ['a claim that is a text', of({ ...malloc, claim: '1' })],
  // eslint-disable-next-line no-sparse-arrays
  ['a claim with a hole', of({ ...malloc, claim: [1, , 2] })],
])('is no program: %s', (_, value) => {
  assert.equal(isProgram(value), false);
});
