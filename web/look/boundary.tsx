import { Component, type ReactNode, useId } from 'react';

interface BoundaryProps {
  /** What is not shown in its place. */
  readonly fallback: (tryAgain: () => void) => ReactNode;
  readonly children: ReactNode;
}

/** What fails in it leaves what stands around it as it is. */
export class Boundary extends Component<BoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback(() => this.setState({ hasFailed: false })) : this.props.children;
  }
}

/** One card that fails is told in its place, and the others go on. */
export function CardBoundary({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return <Boundary fallback={(tryAgain) => <FailedCard title={title} onRetry={tryAgain} />}>{children}</Boundary>;
}

function FailedCard({ title, onRetry }: { readonly title: string; readonly onRetry: () => void }) {
  const heading = useId();
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      <div className="problem" role="alert">
        <p>This can’t be shown right now.</p>
        <div className="problem-buttons">
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        </div>
      </div>
    </section>
  );
}
