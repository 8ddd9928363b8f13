import { EXIT } from './exit-code.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has the first Ctrl-C (or SIGTERM, SIGHUP) end the work in good order; the second one ends the process at once.
 *
 * @returns Takes it back.
 */
export function onInterrupt(stop: () => void): () => void {
  let interrupted = false;
  const listener = (): void => {
    if (interrupted) process.exit(EXIT.incomplete);
    interrupted = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
