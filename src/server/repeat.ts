/**
 * Runs `work` now and again `every` milliseconds after each run has ended, until the returned function is called. Where `every` is null, it
 * runs once. What fails after the stop has been cut off by it, and is told to nobody.
 */
export function repeat(work: () => Promise<void>, every: number | null, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async () => {
    await work().catch((error: unknown) => {
      if (!stopped) onError(error);
    });
    if (!stopped && every !== null) timer = setTimeout(() => void run(), every).unref();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
