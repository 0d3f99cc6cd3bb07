export interface Wait {
  /** A pause of so many milliseconds; null: until it is ended. */
  readonly next: (milliseconds: number | null) => Promise<void>;
  readonly end: () => void;
}

/** A pause that ends early when there is a reason to try at once: the network is back, or somebody looks at the page again. */
export function createWait(): Wait {
  let end = () => {};
  return {
    next: (milliseconds) =>
      new Promise<void>((go) => {
        const timer = milliseconds === null ? undefined : setTimeout(go, milliseconds);
        end = () => {
          clearTimeout(timer);
          go();
        };
      }),
    end: () => end(),
  };
}
