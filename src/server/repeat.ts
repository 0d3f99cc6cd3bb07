/**
 * Runs `work` now and again `every` milliseconds after each run has ended, until the returned function is called. What fails after that has
 * been cut off by the stop, and is told to nobody.
 */
export function repeat(work: () => Promise<void>, every: number, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async () => {
    await work().catch((error: unknown) => {
      if (!stopped) onError(error);
    });
    if (!stopped) timer = setTimeout(() => void run(), every).unref();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
