// The reference heap as a process: all that the protocol can say, said by who knows it.
import {
  heapConfig,
  InProcessImplementation,
  referenceHeap,
  serveConformance,
} from '../../dist/esm/index.js';

const declaration = { name: 'reference', profile: 'structure', level: 'objects', interleaving: true };
const make = (config, host) => referenceHeap.create(heapConfig(config), host);
await serveConformance(new InProcessImplementation(make, declaration), process.stdin, process.stdout);
