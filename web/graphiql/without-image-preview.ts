import { ImagePreview } from '@graphiql/react';

/**
 * GraphiQL loads the picture behind an address in an answer as soon as the mouse rests on it. An avatar's address comes from
 * somewhere else, and this page asks nobody but its own server.
 */
export function withoutImagePreview(): void {
  ImagePreview.shouldRender = () => false;
}
