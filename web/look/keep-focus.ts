/** Gives `element` the focus where it would fall to the whole page: what had it is gone, or closed. */
export function keepFocus(element: HTMLElement | null): void {
  setTimeout(() => {
    const root = element?.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return;
    const { activeElement } = root;
    if (!(activeElement === null || activeElement === document.body || activeElement.matches(':disabled'))) return;
    if (!element?.hasAttribute('tabindex')) element?.setAttribute('tabindex', '-1');
    element?.focus({ preventScroll: true });
  });
}
