import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderThatHolds } from '../traces/package-folder.js';
import { NonsenseError } from './protocol.js';
import { schemaProblem, type Schema } from './json-schema.js';

/** Checks messages against the schemas in `docs/conformance`. */
export interface MessageSchemas {
  /** @throws Error where a message from here does not fit its schema: a defect of heapspec. */
  requireRequest(message: unknown): void;
  /** @throws {@link NonsenseError} where a message of an implementation does not fit its schema. */
  requireReply(message: unknown): void;
}

const FOLDER = join('docs', 'conformance');

/** The schemas that come with this package. */
export function messageSchemas(): MessageSchemas {
  const request = readSchema('request.schema.json');
  const reply = readSchema('reply.schema.json');
  return {
    requireRequest: (message) => {
      const problem = schemaProblem(request, message);
      if (problem !== undefined) throw new Error(`a message from here does not fit its schema: ${problem}`);
    },
    requireReply: (message) => {
      const problem = schemaProblem(reply, message);
      if (problem !== undefined) throw new NonsenseError(`what it wrote does not fit its schema: ${problem}`);
    },
  };
}

/** Reads one of the schemas. */
export function readSchema(name: 'request.schema.json' | 'reply.schema.json'): Schema {
  const file = join(FOLDER, name);
  return JSON.parse(readFileSync(join(folderThatHolds(file), file), 'utf8')) as Schema;
}
