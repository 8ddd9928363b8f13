import assert from 'node:assert';
import { SHAPES } from '../lockstep/index.js';
import { DEFAULT_CONFIG } from '../spec/index.js';
import { Corpus, type CorpusEntry, type Offered } from './corpus.js';

const [{ name: SHAPE }] = SHAPES;

function offer(corpus: Corpus, id: string, size: number, ...features: string[]): Offered {
  const commands = Array.from({ length: size }, () => ({ op: 'freeOSMemory' as const }));
  const program = { config: DEFAULT_CONFIG, host: { seed: 0, refusals: 0 }, commands };
  const shown = features.map((feature) => corpus.know(feature));
  return corpus.offer(size, shown, () => ({ id, program }));
}

const featuresOf = (entry?: CorpusEntry): string[] =>
  Array.from(entry?.owned ?? [], ({ feature }) => feature);
const idsOf = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);

test('a program is kept that shows something first, or with fewer commands', () => {
  const corpus = new Corpus();
  assert.equal(offer(corpus, 'a', 10, 'x').kept?.id, 'a');
  assert.equal(offer(corpus, 'b', 20, 'x').kept, undefined);
  assert.equal(offer(corpus, 'c', 20, 'x', 'y').kept?.id, 'c');
  assert.deepEqual(idsOf(corpus.entries), ['a', 'c']);
  assert.deepEqual(featuresOf(corpus.entry('c')), ['y']);
});

test('of two programs of the same size the first stays', () => {
  const corpus = new Corpus();
  offer(corpus, 'a', 10, 'x');
  assert.deepEqual(offer(corpus, 'b', 10, 'x'), { dropped: [] });
});

test('an entry goes when all that it is kept for is shown by smaller ones', () => {
  const corpus = new Corpus();
  offer(corpus, 'a', 10, 'x', 'y');
  assert.deepEqual(offer(corpus, 'b', 5, 'x').dropped, []);
  assert.deepEqual(idsOf(offer(corpus, 'c', 5, 'y').dropped), ['a']);
  assert.deepEqual(idsOf(corpus.entries), ['b', 'c']);
});

test('a program that is there already gets what it is found to show besides', () => {
  const corpus = new Corpus();
  offer(corpus, 'a', 10, 'x');
  assert.deepEqual(offer(corpus, 'a', 10, 'x', 'y'), { dropped: [] });
  assert.equal(corpus.know('y').entry?.id, 'a');
});

test('where room is short the largest goes first, what shows a shape last, and nothing as large comes back', () => {
  const corpus = new Corpus(100);
  offer(corpus, 'a', 60, SHAPE);
  offer(corpus, 'b', 30, 'x');
  assert.deepEqual(idsOf(offer(corpus, 'c', 20, 'y').dropped), ['b']);
  assert.deepEqual(offer(corpus, 'd', 30, 'x'), { dropped: [] });
  assert.equal(offer(corpus, 'e', 19, 'x').kept?.id, 'e');
  assert.deepEqual(idsOf(corpus.entries), ['a', 'c', 'e']);
});

test('a program that finds no room is neither kept nor dropped', () => {
  const corpus = new Corpus(100);
  offer(corpus, 'a', 60, SHAPE);
  assert.deepEqual(offer(corpus, 'b', 50, 'x'), { dropped: [] });
  assert.deepEqual(idsOf(corpus.entries), ['a']);
});

test('it holds no more entries than features, however many programs are offered', () => {
  const corpus = new Corpus();
  for (let i = 0; i < 5000; i++) {
    offer(corpus, `p${i}`, 1 + ((i * 7919) % 997), `f${i % 10}`, `f${(i * 3) % 10}`);
  }
  assert(corpus.entries.length <= 10);
  assert(corpus.entries.every(({ program }) => program.commands.length <= 10));
});
