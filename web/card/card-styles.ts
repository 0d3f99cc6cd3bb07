import parts from '../look/parts.css?inline';
import tokens from '../look/tokens.css?inline';
import roster from '../roster/roster.css?inline';
import card from './card.css?inline';

let sheet: CSSStyleSheet | undefined;

/** One sheet for all cards of a page. A constructed one is no inline style, which a strict policy of the page would refuse. */
export function cardStyles(): CSSStyleSheet {
  if (sheet) return sheet;
  sheet = new CSSStyleSheet();
  // The text follows the page's own size, which a page that counts in tenths may set right.
  const text = `${tokens}${parts}${roster}${card}`.replace(
    /(?<![\w-])([\d.]+)rem/g,
    'calc($1 * var(--billing-admins-text, 1rem))',
  );
  sheet.replaceSync(text);
  return sheet;
}
