import type { ReactNode } from 'react';

/** The page where there is nothing to manage: a heading, what it means, and what can be done. */
export function Message({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="message">
      <h1>{title}</h1>
      {children}
    </div>
  );
}
