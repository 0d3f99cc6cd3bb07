interface ClosedReasonProps {
  readonly id?: string;
  readonly children: string;
}

/** Why a control is closed, in the words of the service. */
export function ClosedReason({ id, children }: ClosedReasonProps) {
  return (
    <p className="closed-reason" id={id}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M4.75 7V5.25a3.25 3.25 0 0 1 6.500 0V7" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <rect x="3" y="7" width="10" height="7" rx="2" fill="currentColor" />
      </svg>
      <span>{children}</span>
    </p>
  );
}
