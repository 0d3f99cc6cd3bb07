import { Field, ObjectType } from 'type-graphql';
import { badInput } from '../errors/graphql-errors';

const MOST_ON_A_PAGE = 100;

@ObjectType({ description: 'The position of a page in its list (Relay).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are items after this page.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether there are items before this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge. Null on an empty page.' })
  startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge, for the next page. Null on an empty page.',
  })
  endCursor: string | null;
}

export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** The page size that `first` asks for: 1 to 100, 20 where it is null, unless the list has other bounds. */
export function pageSize(
  first: number | null | undefined,
  { usual = 20, most = MOST_ON_A_PAGE }: { readonly usual?: number; readonly most?: number } = {},
): number {
  const size = first ?? usual;
  if (size < 1 || size > most) throw badInput(`first must be 1 to ${most}.`);
  return size;
}

/** A page of `rows`, of which one more than `size` was asked for in order to see whether there is more. */
export function pageOf<Row, Node>(
  rows: readonly Row[],
  size: number,
  isFirstPage: boolean,
  toNode: (row: Row) => Node,
  toCursor: (row: Row) => string,
): Page<Node> {
  const edges = rows.slice(0, size).map((row) => ({ cursor: toCursor(row), node: toNode(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: !isFirstPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A page that may be short of what there is: the list goes on from the cursor. Null: it is as it says. */
export function continued<Node>(page: Page<Node>, from: string | null): Page<Node> {
  if (from === null || page.pageInfo.hasNextPage) return page;
  return { ...page, pageInfo: { ...page.pageInfo, hasNextPage: true, endCursor: from } };
}
