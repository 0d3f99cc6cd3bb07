import { type ComponentType, lazy, Suspense, useState } from 'react';
import { Boundary } from './boundary';

/**
 * A part of the page whose file is loaded when it is first shown. Where that fails, the page says so in its place: without a network
 * the same file may come later, and after a deployment only a new page knows the files that there are.
 */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  // React keeps a failure: another try needs another component.
  const attempt = (): ComponentType<Props> =>
    lazy(async () => {
      try {
        return { default: await load() };
      } catch (error) {
        next = attempt();
        throw error;
      }
    });
  let next = attempt();
  return function OnDemand(props: Props) {
    const [Part, setPart] = useState(() => next);
    return (
      <Boundary
        fallback={(tryAgain) => (
          <NotLoaded
            onRetry={() => {
              setPart(() => next);
              tryAgain();
            }}
          />
        )}
      >
        <Suspense>
          <Part {...props} />
        </Suspense>
      </Boundary>
    );
  };
}

function NotLoaded({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div className="problem" role="alert">
      <p>This part of the page could not be loaded.</p>
      <div className="problem-buttons">
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
        <button type="button" className="button quiet" onClick={() => window.location.reload()}>
          Load the page anew
        </button>
      </div>
    </div>
  );
}
