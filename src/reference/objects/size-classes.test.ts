import assert from 'node:assert/strict';
import { CLASS_TO_PAGES, CLASS_TO_SIZE, NUM_SIZE_CLASSES, PAGE_SIZE } from '../../spec/index.js';
import type { Span } from '../span.js';
import { addressOf, objectIndexAt, sizeClassOf } from './size-classes.js';

describe('the class of a size', () => {
  const cases: [size: number, bytes: number][] = [
    [1, 8],
    [8, 8],
    [9, 16],
    [17, 32],
    [1016, 1024],
    [1024, 1024],
    [1025, 1152],
    [2049, 2304],
    [32767, 32768],
    [32768, 32768],
  ];

  it.each(cases)('of %d bytes has objects of %d bytes', (size, bytes) => {
    assert.equal(CLASS_TO_SIZE[sizeClassOf(size)], bytes);
  });

  it('is the same for all sizes that the tables of the runtime do not tell apart', () => {
    for (let size = 1; size <= 32768; size++) {
      const rounded = size <= 1016 ? Math.ceil(size / 8) * 8 : 1024 + Math.ceil((size - 1024) / 128) * 128;
      assert.equal(sizeClassOf(size), sizeClassOf(rounded), `size ${size}`);
    }
  });
});

describe('the object at an offset', () => {
  it('is the one whose first byte lies there or before, for the first and the last byte of every object', () => {
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
      const elemsize = CLASS_TO_SIZE[sizeclass];
      const span = { base: 5 * PAGE_SIZE, elemsize } as Span;
      const nelems = Math.floor((CLASS_TO_PAGES[sizeclass] * PAGE_SIZE) / elemsize);
      for (let index = 0; index < nelems; index++) {
        const offset = addressOf(span, index) - span.base;
        assert.deepEqual(
          [objectIndexAt(span, offset), objectIndexAt(span, offset + elemsize - 1)],
          [index, index],
        );
      }
    }
  });
});
