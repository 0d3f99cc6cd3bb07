/** The id of something that Stripe names by its id, or whole where that was asked for. */
export function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}
