import assert from 'node:assert/strict';
import {
  CLASS_TO_PAGES,
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  NUM_SIZE_CLASSES,
  PAGE_SIZE,
} from '../../spec/index.js';
import { CLASS, CLASSES, SIZES, divMagic, objectIndex, sizeToClass } from './size-classes.js';

const classes = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);
const bytesOf = (sizeclass: number): number => CLASS_TO_PAGES[sizeclass] * PAGE_SIZE;

describe('size classes', () => {
  it('give every request the smallest class that has room for it', () => {
    for (let bytes = 1, sizeclass = 1; bytes <= MAX_SMALL_SIZE; bytes++) {
      if (bytes > CLASS_TO_SIZE[sizeclass]) sizeclass += 1;
      if (sizeToClass(bytes) !== sizeclass) assert.equal(sizeToClass(bytes), sizeclass, `${bytes} bytes`);
    }
  });

  it('divide every offset inside of a span by the size of its class', () => {
    for (const sizeclass of classes) {
      const size = CLASS_TO_SIZE[sizeclass];
      for (let offset = 0; offset < bytesOf(sizeclass); offset++) {
        const quotient = Math.floor(offset / size);
        if (objectIndex(sizeclass, offset) !== quotient) {
          assert.equal(objectIndex(sizeclass, offset), quotient, `${offset} / ${size}`);
        }
      }
    }
  });

  it('divide with the least shift that is exact, and never leave 32 bits', () => {
    for (const sizeclass of classes) {
      const size = CLASS_TO_SIZE[sizeclass];
      const { shift, mul, shift2, baseMask } = divMagic(size, bytesOf(sizeclass));
      assert.equal(size % 2 ** shift, 0);
      const odd = size / 2 ** shift;
      assert.equal(odd % 2, 1);
      assert.equal(mul, Math.ceil(2 ** shift2 / odd));
      assert.ok(mul < 2 ** 16 && ((bytesOf(sizeclass) - 1) >>> shift) * mul < 2 ** 32, `class ${sizeclass}`);
      assert.equal(baseMask !== 0, odd === 1);
      if (baseMask !== 0) {
        for (let offset = 0; offset < 0x10000; offset++) {
          if ((offset & baseMask) !== offset - (offset % size)) assert.fail(`${offset} & ${baseMask}`);
        }
      }
      for (let less = 0; less < shift2; less++) {
        const smaller = Math.ceil(2 ** less / odd);
        let exact = true;
        for (let n = 0; exact && n <= (bytesOf(sizeclass) - 1) >>> shift; n++) {
          exact = Math.floor((n * smaller) / 2 ** less) === Math.floor(n / odd);
        }
        assert.equal(exact, false, `class ${sizeclass} with a shift by ${less}`);
      }
    }
  });

  it('say how many objects and words of bits a span has', () => {
    const row = (sizeclass: number): number[] => {
      const c = sizeclass * CLASS.WORDS;
      const words = [CLASS.NELEMS, CLASS.PAGES, CLASS.BIT_WORDS, CLASS.ARENA_BYTES];
      return [SIZES[sizeclass], ...words.map((word) => CLASSES[c + word])];
    };
    assert.deepEqual([0, 1, 2, 5, 66].map(row), [
      [0, 1, 0, 1, 8],
      [8, 1024, 1, 32, 128],
      [16, 512, 1, 16, 64],
      [64, 128, 1, 4, 16],
      [32768, 1, 4, 1, 8],
    ]);
    for (const sizeclass of classes) {
      const nelems = Math.floor(bytesOf(sizeclass) / CLASS_TO_SIZE[sizeclass]);
      assert.deepEqual(row(sizeclass), [
        CLASS_TO_SIZE[sizeclass],
        nelems,
        CLASS_TO_PAGES[sizeclass],
        nelems <= 32 ? 1 : 2 * Math.ceil(nelems / 64),
        8 * Math.ceil(nelems / 64),
      ]);
    }
  });
});
