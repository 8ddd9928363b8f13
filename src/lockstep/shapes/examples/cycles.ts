import { example, many } from './example.js';

/** Three objects in a span of ten pages. */
const CUT = many(3, 27264);

/** Programs that reach the shapes of caches and cycles. */
export const CYCLE_EXAMPLES = {
  'caches/several-of-class': example(
    'config procs=2; malloc 1; malloc 1 cache 1',
    'config procs=2; malloc 1; malloc 1 scan 1 cache 1',
  ),
  'caches/passed-on': example(
    'config procs=2; o1 = malloc 1; gcStart; mark o1; gcEnd; malloc 1 cache 1',
    'config procs=2; o1 = malloc 1; gcStart; mark o1; gcEnd; malloc 1 scan 1 cache 1',
  ),
  'caches/resumed': example(
    'o1 = malloc 1; gcStart; mark o1; gcEnd; malloc 1',
    'o1 = malloc 1; gcStart; mark o1; gcEnd; malloc 1 scan 1',
  ),
  'caches/removed-with-spans': example(
    'config procs=2; malloc 1; removeProc',
    'config procs=2; malloc 1; removeProc cache 1',
  ),
  'caches/flushed-with-spans': example('malloc 1; flush', 'flush'),
  'caches/flush-closes-block': example('malloc 1; flush', 'malloc 1 scan 1; flush'),
  'caches/flushed-empty': example('flush', 'malloc 1; flush'),
  'caches/added': example('addProc', 'removeProc'),
  'caches/removed-empty': example('config procs=2; removeProc', 'config procs=2; malloc 1; removeProc'),
  'cycle/eager': example('gcStart; gcEnd', 'gcStart; gcEnd distance 1'),
  'cycle/mark-inside': example('o1 = malloc 32; gcStart; mark o1+1', 'o1 = malloc 32; gcStart; mark o1'),
  'cycle/mark-last-byte': example(
    'o1 = malloc 32; gcStart; mark o1+31',
    'o1 = malloc 32; gcStart; mark o1+30',
  ),
  'cycle/mark-last-object': example(
    'malloc 16384; o2 = malloc 14336; gcStart; mark o2; o3 = malloc 4096; o4 = malloc 4096; mark o4',
    'malloc 16384; o2 = malloc 14336; gcStart; mark o2; o3 = malloc 4096; o4 = malloc 4096; mark o3',
  ),
  'cycle/mark-tiny-part': example(
    'o1 = malloc 1; o2 = malloc 1; gcStart; mark o1+1',
    'o1 = malloc 1; o2 = malloc 1; gcStart; mark o1',
  ),
  'cycle/proportional': example('gcStart; gcEnd distance 1', 'gcStart; gcEnd'),
  'cycle/none-survives': example('malloc 1; gcStart; gcEnd', 'gcStart; gcEnd'),
  'cycle/finishes-sweeping': example(
    'malloc 1; gcStart; gcEnd distance 1; gcStart',
    'malloc 1; gcStart; gcEnd; gcStart',
  ),
  'cycle/all-survive': example(
    'o1 = malloc 16; o2 = malloc 16; gcStart; mark o1; mark o2; gcEnd',
    'o1 = malloc 16; malloc 16; gcStart; mark o1; gcEnd',
  ),
  'cycle/large-marked': example('o1 = malloc 32769; gcStart; mark o1', 'o1 = malloc 32768; gcStart; mark o1'),
  'cycle/marked-twice': example(
    'o1 = malloc 32; gcStart; mark o1; mark o1',
    'o1 = malloc 32; gcStart; mark o1',
  ),
  'cycle/stack-while-marking': example('gcStart; s1 = allocStack 1', 's1 = allocStack 1'),
  'cycle/finalizer-while-marking': example(
    'o1 = malloc 1; gcStart; addFinalizer o1 id 0',
    'o1 = malloc 1; addFinalizer o1 id 0',
  ),
  'cycle/first': example('gcStart', 'sweepone'),
  'cycle/again': example('gcStart; gcEnd; gcStart', 'gcStart; gcEnd'),
  'afterlife/finalizer-queued': example(
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; gcEnd',
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; mark o1; gcEnd',
  ),
  'afterlife/revived-then-freed': example(
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; gcEnd; gcStart; gcEnd',
    'o1 = malloc 32; gcStart; mark o1; gcEnd; gcStart; gcEnd',
  ),
  'afterlife/profile-freed': example(
    'o1 = malloc 32; setProfile o1 id 1; gcStart; gcEnd',
    'o1 = malloc 32; setProfile o1 id 1; gcStart; mark o1; gcEnd',
  ),
  'afterlife/finalizer-inside': example(
    'o1 = malloc 32; addFinalizer o1+8 id 1; gcStart; gcEnd',
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; gcEnd',
  ),
  'afterlife/records-apart': example(
    `${CUT}; addFinalizer o1 id 1; addFinalizer o2 id 2; addFinalizer o3+15472 id 3; gcStart; gcEnd`,
    `${CUT}; addFinalizer o1 id 1; addFinalizer o2 id 2; addFinalizer o3 id 3; gcStart; gcEnd`,
  ),
  'afterlife/finalizer-kept': example(
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; mark o1; gcEnd',
    'o1 = malloc 32; addFinalizer o1 id 1; gcStart; gcEnd',
  ),
  'afterlife/large-revived': example(
    'o1 = malloc 32769; addFinalizer o1 id 1; gcStart; gcEnd',
    'o1 = malloc 32768; addFinalizer o1 id 1; gcStart; gcEnd',
  ),
  'afterlife/profile-kept': example(
    'o1 = malloc 32; addFinalizer o1 id 1; setProfile o1 id 2; gcStart; gcEnd',
    'o1 = malloc 32; setProfile o1 id 2; gcStart; gcEnd',
  ),
  'afterlife/several-in-tiny-block': example(
    'o1 = malloc 1; o2 = malloc 1; addFinalizer o1 id 1; addFinalizer o2 id 2; gcStart; gcEnd',
    'o1 = malloc 1; malloc 1; addFinalizer o1 id 1; gcStart; gcEnd',
  ),
  'arenas/recycled': example(
    'malloc 1; gcStart; gcEnd; gcStart; gcEnd; gcStart; malloc 1',
    'malloc 1; gcStart; gcEnd; gcStart; gcEnd; malloc 1',
  ),
  'arenas/made': example('malloc 1', 'allocStack 1'),
  'arenas/full': example(
    `config arenaPages=32768; ${many(4095, 32769)}; malloc 32769`,
    `config arenaPages=32768; ${many(4094, 32769)}; malloc 32769`,
  ),
};
