import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { specificationPages } from './specification-pages.js';

const FOLDER = join(__dirname, '../../docs/specification');

test('docs/specification is what the clauses make of it: npm run docs:specification', () => {
  const pages = specificationPages();
  assert.deepEqual(new Set(readdirSync(FOLDER)), new Set(pages.keys()));
  for (const [name, text] of pages) assert.equal(readFileSync(join(FOLDER, name), 'utf8'), text, name);
});
