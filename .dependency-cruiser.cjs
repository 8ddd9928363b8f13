// Which room may import which. Arrows point down only:
//
//   cli -> fuzzing, conformance -> traces, lockstep -> programs -> spec;  reference -> spec;  optimized -> spec
//
// The two heaps, src/reference and src/optimized, share nothing but src/spec: a common helper would be a common mistake.

/** Node's own modules (fs, zlib, worker_threads, ...), as a dependency type. */
const BUILTIN = 'core';

/**
 * For each room below the roof all it may import besides its own files: other rooms, packages, and whether Node's own
 * modules. A room that is not listed may import nothing.
 */
const ROOMS = {
  spec: {},
  reference: { rooms: ['spec'] },
  optimized: { rooms: ['spec'] },
  faults: { rooms: ['optimized', 'reference', 'spec'] },
  programs: { rooms: ['spec'], packages: ['fast-check'] },
  lockstep: { rooms: ['programs', 'spec'], packages: ['fast-check'] },
  traces: { rooms: ['lockstep', 'programs', 'spec'], builtins: true },
  conformance: {
    rooms: ['faults', 'lockstep', 'optimized', 'programs', 'reference', 'spec', 'traces'],
    packages: ['fast-check'],
    builtins: true,
  },
  fuzzing: {
    rooms: ['conformance', 'faults', 'lockstep', 'optimized', 'programs', 'reference', 'spec', 'traces'],
    packages: ['fast-check'],
    builtins: true,
  },
};

const TESTS = '\\.test\\.ts$';

const oneOf = (names) => `(?:${names.join('|')})`;

/** A room may import its own files and what ROOMS grants it. Tests may import anything. */
function arrowsOf([room, { rooms = [], packages = [], builtins = false }]) {
  const allowed = [`^src/${oneOf([room, ...rooms])}/`, ...packages.map((name) => `^node_modules/${name}/`)];
  return {
    name: `arrows-of-${room}`,
    comment: `src/${room} may import only: ${[room, ...rooms, ...packages].join(', ')}${builtins ? ', Node' : ''}.`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: TESTS },
    to: { pathNot: allowed, ...(builtins ? { dependencyTypesNot: [BUILTIN] } : {}) },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(arrowsOf),
    {
      name: 'unknown-room',
      comment: 'A new room states in ROOMS what it may import.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [TESTS, `^src/${oneOf([...Object.keys(ROOMS), 'cli'])}/`] },
      to: {},
    },
    {
      name: 'index-not-to-cli',
      comment: 'The library is complete without the command line, and leaves input and output to src/traces.',
      severity: 'error',
      from: { path: '^src/[^/]+$', pathNot: TESTS },
      to: { pathNot: [`^src/${oneOf(Object.keys(ROOMS))}/`, '^node_modules/fast-check/'] },
    },
    {
      name: 'not-into-the-leaves',
      comment: 'Nothing is built on properties, benchmarks or examples; each may import its own files.',
      severity: 'error',
      from: { path: '^([^/]+)/', pathNot: TESTS },
      to: { path: '^(?:properties|bench|examples)/', pathNot: '^$1/' },
    },
    {
      name: 'not-to-tests',
      comment: 'A test is imported by nothing.',
      severity: 'error',
      from: {},
      to: { path: TESTS },
    },
    {
      name: 'not-to-development-packages',
      comment: 'What users install must find all its packages there.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circular',
      comment: 'Modules that need each other are one module, or want a third below them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that imports nothing and is imported by nothing is dead.',
      severity: 'error',
      from: { orphan: true, path: '^(?:src|properties)/', pathNot: [TESTS, '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere escapes every rule above.',
      severity: 'error',
      from: { path: '^(?:src|properties)/' },
      // What is built from here stands there only once it is built.
      to: { couldNotResolve: true, pathNot: '/dist/esm/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types are arrows too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
