/** The same iterator with each value mapped; it ends, is returned and fails as the one below it does. */
export function mapIterator<In, Out>(
  iterator: AsyncIterableIterator<In, undefined>,
  map: (value: In) => Out,
): AsyncIterableIterator<Out, undefined> {
  const mapped = async (step: Promise<IteratorResult<In, undefined>>): Promise<IteratorResult<Out, undefined>> => {
    const result = await step;
    return result.done ? { done: true, value: undefined } : { done: false, value: map(result.value) };
  };
  return {
    next: () => mapped(iterator.next()),
    return: () => mapped(iterator.return?.() ?? Promise.resolve({ done: true, value: undefined })),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
