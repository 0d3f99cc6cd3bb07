import { useMemo } from 'react';
import { useQuery } from 'urql';
import { Spending } from '../documents/purchase-documents';
import { usePaced } from '../look/use-paced';
import { useBilling } from './billing-context';

/** Several changes within a second are asked for together, in milliseconds. */
const PACE = 1_000;

/** The spending policy and the purchase requests, asked again after whatever may have changed them. */
export function useSpending() {
  const { open, billing, organizationId } = useBilling();
  const { level } = billing.viewerAccess;
  const count = usePaced(open.news.count, PACE);
  const context = useMemo(() => ({ count, level }), [count, level]);
  const [{ data, error, fetching }, again] = useQuery({
    query: Spending,
    variables: { organizationId },
    context,
    pause: level === 'READ_ONLY',
  });
  const { spendingPolicy: policy = null, purchaseRequests: requests = null } = data?.organization?.billing ?? {};
  return {
    policy,
    requests: requests ?? [],
    hasFailed: error !== undefined && policy === null && !fetching,
    again: () => again({ requestPolicy: 'network-only' }),
  };
}
