import type { OperationContext } from '../context';
import { unauthenticated } from '../errors/graphql-errors';

/** The viewer's id, where a directive has let only signed-in viewers pass. */
export function viewerId({ viewer }: OperationContext): string {
  if (!viewer) throw unauthenticated();
  return viewer.id;
}
