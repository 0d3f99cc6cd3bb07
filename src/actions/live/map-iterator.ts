/** The same iterator with each value mapped; it ends, is returned and fails as the one below it does. */
export function mapIterator<In, Out>(
  iterator: AsyncIterableIterator<In>,
  map: (value: In) => Out,
): AsyncIterableIterator<Out> {
  const mapped = async (step: Promise<IteratorResult<In>>): Promise<IteratorResult<Out>> => {
    const { done, value } = await step;
    return done ? { done: true, value: undefined } : { done: false, value: map(value) };
  };
  return {
    next: () => mapped(iterator.next()),
    return: () => mapped(iterator.return?.() ?? Promise.resolve({ done: true, value: undefined })),
    throw: (error) => mapped(iterator.throw?.(error) ?? Promise.reject(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
