import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { BreakdownError } from './breakdown-error.js';
import type { Case, Implementation } from './contract.js';
import { PROTOCOL_VERSION } from './protocol.js';

type Request =
  { readonly type: 'start' | 'stop' } | ({ readonly type: 'run'; readonly batch: number } & Case);

/**
 * Lets an implementation be run from another process: answers the messages of its input until it is told to stop, or
 * the input ends.
 *
 * @throws where the input is not what heapspec writes.
 */
export async function serveConformance(
  implementation: Implementation,
  input: AsyncIterable<string | Uint8Array>,
  output: { write(text: string): unknown },
): Promise<void> {
  const send = (message: object): void => void output.write(`${JSON.stringify(message)}\n`);
  for await (const line of createInterface({ input: Readable.from(input) })) {
    const request = JSON.parse(line) as Request;
    if (request.type === 'start') {
      send({ type: 'started', ...(await startedBy(implementation)) });
    } else if (request.type === 'run') {
      const { answers, breakdown } = await implementation.run(request);
      // Who serves breaks down with what is served.
      if (breakdown) throw new BreakdownError(breakdown);
      send({ type: 'ran', batch: request.batch, answers });
    } else {
      break;
    }
  }
  await implementation.stop();
}

async function startedBy(implementation: Implementation): Promise<object> {
  try {
    return { protocol: PROTOCOL_VERSION, ...(await implementation.start()) };
  } catch (error) {
    // Another version is for the one who asks to tell of.
    if (error instanceof BreakdownError && error.breakdown.protocol !== undefined) {
      return { protocol: error.breakdown.protocol };
    }
    throw error;
  }
}
