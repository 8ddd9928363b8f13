import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unexportedMentions } from './public-surface.js';
import { checkBuild, REPOSITORY } from './repository.js';

// Whoever calls the library can name what he gives it and gets from it.

/** The files whose types are all part of the library: the vocabulary, and what a host sees of an operation. */
const FILES = [
  ...readdirSync(join(REPOSITORY, 'src/spec'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `src/spec/${name}`),
  'src/lockstep/outcome.ts',
  'src/lockstep/perform-observed.ts',
  'src/lockstep/recording-host.ts',
];

const library = readFileSync(join(REPOSITORY, 'src/index.ts'), 'utf8');

test.each(FILES)('the library names every type of %s', (file) => {
  const text = readFileSync(join(REPOSITORY, file), 'utf8');
  const types = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
  expect(types.filter((name) => !new RegExp(`^ {2}${name},$`, 'm').test(library))).toEqual([]);
});

test('nothing that the library exports names what it does not', () => {
  checkBuild();
  const mentions = unexportedMentions().map(({ by, name }) => `${by} names ${name}`);
  expect(mentions).toEqual([]);
});
