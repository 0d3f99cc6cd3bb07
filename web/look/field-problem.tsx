interface FieldProblemProps {
  readonly id?: string;
  readonly children: string | undefined;
}

/** What is wrong about a field, below it. */
export function FieldProblem({ id, children }: FieldProblemProps) {
  return (
    <p id={id} className="field-problem" role={children ? 'alert' : undefined}>
      {children}
    </p>
  );
}
