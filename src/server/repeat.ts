/** Runs `work` now and again `every` milliseconds after each run has ended, until the returned function is called. */
export function repeat(work: () => Promise<void>, every: number, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async () => {
    await work().catch(onError);
    if (!stopped) timer = setTimeout(() => void run(), every).unref();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
