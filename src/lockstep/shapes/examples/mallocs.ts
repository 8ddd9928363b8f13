import { example, marks, many } from './example.js';

/** Programs that reach the shapes of the allocation of objects. */
export const MALLOC_EXAMPLES = {
  'malloc/class-exactly': example('malloc 320', 'malloc 321'),
  'malloc/class-by-one': example('malloc 49', 'malloc 50'),
  'malloc/clean': example('malloc 16 needzero', 'malloc 15 needzero'),
  'malloc/large-inside-page': example('malloc 32769', 'malloc 32768'),
  'malloc/swept-span': example(
    'o1 = malloc 1; gcStart; mark o1; gcEnd; malloc 1',
    'malloc 1; gcStart; gcEnd; malloc 1',
  ),
  'malloc/large-whole-pages': example('malloc 40960', 'malloc 40961'),
  'malloc/largest-small': example('malloc 32768', 'malloc 32769'),
  'malloc/marked-at-birth': example('gcStart; malloc 1', 'malloc 1'),
  'malloc/large-on-longest-list': example('malloc 1032193', 'malloc 1032192'),
  'malloc/cleared': example(
    'malloc 417; gcStart; gcEnd distance 8193; malloc 417 needzero',
    'malloc 417; gcStart; gcEnd distance 8193; malloc 417',
  ),
  'malloc/table-seam': example('malloc 1017', 'malloc 1016'),
  'malloc/smallest-large': example('malloc 32769', 'malloc 32770'),
  'malloc/large-on-bound': example('malloc 1040385', 'malloc 1040384'),
  'malloc/fresh-span': example('malloc 1', 'malloc 32769'),
  'windows/span-ends-inside-window': example(`${many(72, 97)}; malloc 97`, `${many(71, 97)}; malloc 97`),
  'windows/passes-live': example(
    'o1 = malloc 417; gcStart; mark o1; gcEnd; malloc 417',
    'o1 = malloc 417; gcStart; mark o1; gcEnd; malloc 416',
  ),
  'windows/span-ends-with-window': example(`${many(63, 113)}; malloc 113`, `${many(63, 97)}; malloc 97`),
  'windows/last-slot': example(`${many(63, 97)}; malloc 97`, `${many(63, 113)}; malloc 113`),
  'windows/first-slot': example(`${many(64, 97)}; malloc 97`, `${many(64, 113)}; malloc 113`),
  'windows/next-window': example(
    `${many(65, 97)}; gcStart; ${marks(2, 64)}; gcEnd; malloc 97; malloc 97`,
    `${many(65, 97)}; gcStart; ${marks(2, 63)}; gcEnd; malloc 97; malloc 97`,
  ),
  'windows/passes-full-window': example(
    `${many(129, 48)}; gcStart; ${marks(1, 128)}; gcEnd; malloc 48`,
    `${many(129, 48)}; gcStart; ${marks(1, 127)}; gcEnd; malloc 48`,
  ),
  'windows/first-full-after-sweep': example(
    `${many(65, 97)}; gcStart; ${marks(1, 64)}; gcEnd; malloc 97`,
    `${many(65, 97)}; gcStart; ${marks(1, 63)}; gcEnd; malloc 97`,
  ),
  'tiny/in-open-block': example('malloc 1; malloc 1', 'malloc 1; malloc 1 scan 1'),
  'tiny/block-opened': example('malloc 1', 'malloc 1 scan 1'),
  'tiny/block-replaced': example('malloc 10; malloc 7', 'malloc 10; malloc 6'),
  'tiny/block-kept': example('malloc 3; malloc 14', 'malloc 3; malloc 13'),
  'tiny/unaligned': example('malloc 1; malloc 1', 'malloc 2; malloc 1'),
  'tiny/aligned-to-four': example('malloc 1; malloc 4', 'malloc 1; malloc 5'),
  'tiny/aligned-to-two': example('malloc 1; malloc 2', 'malloc 1; malloc 3'),
  'tiny/fills-block': example('malloc 8; malloc 8', 'malloc 8; malloc 7'),
  'tiny/aligned-to-eight': example('malloc 1; malloc 8', 'malloc 1; malloc 9'),
};
