/** For how long nothing else could go on in this process while `work` was done, at most, in milliseconds. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let next: NodeJS.Immediate;
  const look = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    next = setImmediate(look);
  };
  look();
  try {
    await work();
  } finally {
    clearImmediate(next!);
  }
  return Math.max(longest, performance.now() - last);
}
