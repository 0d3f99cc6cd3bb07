import { fields, metadata, number, text } from './form-values';
import { listPage } from './list-page';
import { invalid } from './stripe-refusal';
import type { Call } from './stripe-calls';

export const priceCalls: Record<string, Call> = {
  'Products.create': (state, parameters) => {
    const id = text(parameters.id) ?? state.id('prod');
    if (state.products.has(id))
      throw invalid('Product already exists.', { code: 'resource_already_exists', param: 'id' });
    return state.products.put({
      id,
      object: 'product',
      created: Math.floor(Date.now() / 1_000),
      active: true,
      name: text(parameters.name) ?? '',
    });
  },

  'Products.retrieve': (state, _parameters, [id = '']) => state.products.get(id),

  'Products.update': (state, parameters, [id = '']) => {
    const product = state.products.get(id);
    if ('active' in parameters) product.active = parameters.active === 'true';
    return product;
  },

  'Prices.create': (state, parameters) => {
    const lookupKey = text(parameters.lookup_key);
    const holder = state.prices.newestFirst().find((price) => lookupKey !== null && price.lookup_key === lookupKey);
    if (holder) throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
    const recurring = fields(parameters.recurring);
    return state.prices.put({
      id: state.id('price'),
      object: 'price',
      created: Math.floor(Date.now() / 1_000),
      active: true,
      currency: text(parameters.currency) ?? '',
      lookup_key: lookupKey,
      metadata: metadata(parameters.metadata),
      product: state.products.get(text(parameters.product) ?? '', 'product').id,
      unit_amount: number(parameters.unit_amount) ?? 0,
      type: parameters.recurring ? 'recurring' : 'one_time',
      recurring: parameters.recurring
        ? {
            interval: text(recurring.interval) ?? 'month',
            interval_count: number(recurring.interval_count) ?? 1,
            usage_type: 'licensed',
          }
        : null,
    });
  },

  'Prices.list': (state, parameters) =>
    listPage(
      state.prices,
      '/v1/prices',
      parameters,
      ({ lookup_key: key, active }) =>
        (!Array.isArray(parameters.lookup_keys) || parameters.lookup_keys.includes(key ?? '')) &&
        (text(parameters.active) ?? String(active)) === String(active),
    ),

  'Prices.retrieve': (state, _parameters, [id = '']) => state.prices.get(id),

  'Prices.update': (state, parameters, [id = '']) => {
    const price = state.prices.get(id);
    if ('active' in parameters) price.active = parameters.active === 'true';
    return price;
  },
};
