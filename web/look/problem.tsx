export function Problem({ children }: { readonly children: string | null | undefined }) {
  if (!children) return null;
  return (
    <p className="problem" role="alert">
      {children}
    </p>
  );
}
