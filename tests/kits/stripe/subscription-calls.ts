import type { Form } from './form-body';
import { fields, mergeMetadata, metadata, number, rows, text } from './form-values';
import { listPage } from './list-page';
import type { StoredPhase, StoredSchedule, StoredSubscription } from './stored-objects';
import { invalid, StripeRefusal } from './stripe-refusal';
import type { Call } from './stripe-calls';
import type { StripeState } from './stripe-state';
import {
  addIntervals,
  createInvoice,
  draftInvoice,
  endSubscription,
  itemOf,
  lineOfPeriod,
  linesOfChange,
  payInvoice,
  paymentMethodOf,
  refuseUnpaid,
  releaseSchedule,
  takeOverPrice,
} from './subscription-billing';

export const subscriptionCalls: Record<string, Call> = {
  'Subscriptions.list': (state, parameters) =>
    listPage(state.subscriptions, '/v1/subscriptions', parameters, ({ customer, status }) => {
      const wanted = text(parameters.status);
      const fits = wanted === null ? status !== 'canceled' : wanted === 'all' || wanted === status;
      return fits && (text(parameters.customer) ?? customer) === customer;
    }),

  'Subscriptions.update': (state, parameters, [id = '']) => {
    const subscription = state.subscriptions.get(id);
    if (subscription.status === 'canceled')
      throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
    refuseBadEnding(parameters, subscription);
    const before = structuredClone(subscription);
    const method = text(parameters.default_payment_method);
    if (
      method !== null &&
      state.paymentMethods.get(method, 'default_payment_method').customer !== subscription.customer
    )
      throw invalid('The customer does not have a payment method with the ID given.', {
        param: 'default_payment_method',
      });
    changeItems(state, parameters, subscription, method);
    if (method !== null) subscription.default_payment_method = method;
    if ('cancel_at_period_end' in parameters) {
      subscription.cancel_at_period_end = parameters.cancel_at_period_end === 'true';
      // As in flexible billing mode, which is what new subscriptions have.
      subscription.cancel_at = subscription.cancel_at_period_end ? itemOf(subscription).current_period_end : null;
    }
    if ('cancel_at' in parameters) {
      subscription.cancel_at = number(parameters.cancel_at);
      subscription.cancel_at_period_end = false;
    }
    mergeMetadata(subscription.metadata, parameters.metadata);
    // The invoice of a change has the metadata that came with it.
    const invoice = state.invoices.newestFirst().find((each) => each.id === subscription.latest_invoice);
    if (invoice && invoice.id !== before.latest_invoice)
      invoice.parent.subscription_details.metadata = { ...subscription.metadata };
    state.tell('customer.subscription.updated', subscription, before);
    return subscription;
  },

  'Subscriptions.cancel': (state, _parameters, [id = '']) => {
    const subscription = state.subscriptions.get(id);
    if (subscription.status === 'canceled')
      throw invalid(`No such subscription: '${id}'`, { code: 'resource_missing' });
    endSubscription(state, subscription);
    return subscription;
  },

  'SubscriptionSchedules.create': (state, parameters) => {
    const subscription = state.subscriptions.get(text(parameters.from_subscription) ?? '', 'from_subscription');
    if (subscription.status === 'canceled') throw invalid('You cannot migrate a subscription that is canceled.');
    if (subscription.schedule !== null)
      throw invalid('You cannot migrate a subscription that is already attached to a schedule.');
    const { price, quantity, current_period_start: start, current_period_end: end } = itemOf(subscription);
    const schedule = state.schedules.put({
      id: state.id('sub_sched'),
      object: 'subscription_schedule',
      created: state.now(subscription.customer),
      customer: subscription.customer,
      subscription: subscription.id,
      released_subscription: null,
      released_at: null,
      status: 'active',
      end_behavior: 'release',
      current_phase: { start_date: start, end_date: end },
      phases: [
        {
          start_date: start,
          end_date: end,
          items: [{ price: price.id, quantity }],
          metadata: {},
          proration_behavior: 'none',
        },
      ],
    });
    subscription.schedule = schedule.id;
    state.tell('subscription_schedule.created', schedule);
    return schedule;
  },

  'SubscriptionSchedules.update': (state, parameters, [id = '']) => {
    const schedule = state.schedules.get(id);
    if (schedule.status !== 'active') throw invalid('You cannot update a schedule that is not active or not started.');
    if ('end_behavior' in parameters) schedule.end_behavior = text(parameters.end_behavior) ?? 'release';
    const phases = rows(parameters.phases);
    if (phases.length > 0) schedule.phases = readPhases(state, schedule, phases);
    state.tell('subscription_schedule.updated', schedule);
    return schedule;
  },

  'SubscriptionSchedules.release': (state, _parameters, [id = '']) => {
    const schedule = state.schedules.get(id);
    if (schedule.status !== 'active') throw invalid('You cannot release a schedule that is not active or not started.');
    releaseSchedule(state, schedule);
    return schedule;
  },

  'SubscriptionSchedules.retrieve': (state, _parameters, [id = '']) => state.schedules.get(id),

  'Invoices.list': (state, parameters) =>
    listPage(
      state.invoices,
      '/v1/invoices',
      parameters,
      ({ customer, status }) =>
        (text(parameters.customer) ?? customer) === customer && (text(parameters.status) ?? status) === status,
    ),

  'Invoices.createPreview': (state, parameters) => {
    const subscription = state.subscriptions.get(text(parameters.subscription) ?? '', 'subscription');
    if (subscription.status === 'canceled') throw noUpcomingInvoices();
    const details = fields(parameters.subscription_details);
    refuseBadEnding(details, subscription);
    const ends = 'cancel_at_period_end' in details || 'cancel_at' in details ? false : subscription.cancel_at !== null;
    const price = priceOfItems(state, details, subscription) ?? itemOf(subscription).price;
    if (details.proration_behavior === 'always_invoice') {
      const at = number(details.proration_date) ?? state.now(subscription.customer);
      return draftInvoice(state, subscription, 'upcoming', linesOfChange(state, subscription, price, at));
    }
    if (ends) throw noUpcomingInvoices();
    const isPlain = !('subscription_details' in parameters) && !('preview_mode' in parameters);
    if (parameters.preview_mode !== 'recurring' && !isPlain)
      throw invalid('The stand-in previews changes at once, and what recurs.');
    const { current_period_end: start } = itemOf(subscription);
    const next = isPlain ? (priceScheduledAt(state, subscription, start) ?? price) : price;
    const renewed = {
      ...subscription,
      items: {
        ...subscription.items,
        data: [
          {
            ...itemOf(subscription),
            price: next,
            current_period_start: start,
            current_period_end: addIntervals(start, next, 1),
          },
        ],
      },
    };
    return draftInvoice(state, renewed, 'upcoming', [lineOfPeriod(state, renewed)]);
  },

  'InvoicePayments.list': (state, parameters) =>
    listPage(
      state.invoicePayments,
      '/v1/invoice_payments',
      parameters,
      ({ invoice }) => (text(parameters.invoice) ?? invoice) === invoice,
    ),
};

function priceScheduledAt(state: StripeState, { schedule }: StoredSubscription, start: number) {
  const phase =
    schedule === null ? undefined : state.schedules.get(schedule).phases.find((each) => each.start_date === start);
  return phase ? state.prices.get(phase.items[0]?.price ?? '') : null;
}

function noUpcomingInvoices(): StripeRefusal {
  return new StripeRefusal(404, 'invalid_request_error', 'No upcoming invoices.', { code: 'invoice_upcoming_none' });
}

function refuseBadEnding(parameters: Form, { schedule }: StoredSubscription): void {
  const ending = ['cancel_at_period_end', 'cancel_at'].filter((name) => name in parameters);
  if (ending.length > 1)
    throw invalid('You may only specify one of these parameters: cancel_at, cancel_at_period_end.');
  if (ending.length > 0 && schedule !== null)
    throw invalid(
      `The subscription is managed by the subscription schedule \`${schedule}\`, and updating any cancelation behavior directly is not allowed.`,
    );
}

function priceOfItems(state: StripeState, parameters: Form, subscription: StoredSubscription) {
  const [item, ...others] = rows(parameters.items);
  if (!item) return null;
  // Without the item's id Stripe would add a second item beside the first.
  if (others.length > 0 || text(item.id) !== itemOf(subscription).id)
    throw invalid('The stand-in keeps one item, which has to be named by its id.', { param: 'items' });
  return state.prices.get(text(item.price) ?? '', 'items[0][price]');
}

/** Takes the price over with what is due for it, or throws before anything has changed. */
function changeItems(
  state: StripeState,
  parameters: Form,
  subscription: StoredSubscription,
  newMethod: string | null,
): void {
  const price = priceOfItems(state, parameters, subscription);
  const item = itemOf(subscription);
  if (!price || price.id === item.price.id) return;
  if (parameters.proration_behavior !== 'always_invoice' || parameters.payment_behavior !== 'error_if_incomplete')
    throw invalid('The stand-in changes prices with an invoice that has to be paid at once.');
  const at = number(parameters.proration_date) ?? state.now(subscription.customer);
  const lines = linesOfChange(state, subscription, price, at);
  const methodId = newMethod ?? paymentMethodOf(state, subscription);
  const due = draftInvoice(state, subscription, 'subscription_update', lines).amount_due;
  if (due > 0) refuseUnpaid(state, methodId);

  takeOverPrice(state, subscription, price);
  if (subscription.schedule !== null) {
    const schedule = state.schedules.get(subscription.schedule);
    const present = schedule.phases.find(({ start_date: start }) => start === schedule.current_phase?.start_date);
    if (present) present.items = [{ price: price.id, quantity: item.quantity }];
  }
  payInvoice(state, createInvoice(state, subscription, 'subscription_update', lines), methodId);
}

function readPhases(state: StripeState, schedule: StoredSchedule, phases: Form[]): StoredPhase[] {
  let start: number | null = null;
  return phases.map((phase, index) => {
    const begins: number | null = number(phase.start_date) ?? start;
    if (index === 0 && begins !== schedule.current_phase?.start_date)
      throw invalid('You can not modify the start date of the current phase.', { param: 'phases[0][start_date]' });
    const items = rows(phase.items).map(({ price, quantity }) => ({
      price: state.prices.get(text(price) ?? '', `phases[${index}][items][0][price]`).id,
      quantity: number(quantity) ?? 1,
    }));
    const duration = fields(phase.duration);
    const price = state.prices.get(items[0]?.price ?? '');
    const interval = {
      interval: text(duration.interval) ?? 'month',
      interval_count: number(duration.interval_count) ?? 1,
    };
    const ends: number | null =
      number(phase.end_date) ??
      (phase.duration && begins !== null
        ? addIntervals(begins, { ...price, recurring: { ...interval, usage_type: 'licensed' } }, 1)
        : null);
    if (begins === null || ends === null || ends <= begins)
      throw invalid('Each phase needs an end that is after its start.', { param: `phases[${index}]` });
    start = ends;
    if (index === 0 && schedule.current_phase) schedule.current_phase.end_date = ends;
    return {
      start_date: begins,
      end_date: ends,
      items,
      metadata: metadata(phase.metadata),
      proration_behavior: text(phase.proration_behavior) ?? 'create_prorations',
    };
  });
}
