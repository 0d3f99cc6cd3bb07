import { type ReactNode, useLayoutEffect, useId, useRef } from 'react';
import { keepFocus } from './keep-focus';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Closed by Escape, by its button, or by a click beside it. */
  readonly onClose: () => void;
}

/**
 * The browser's own modal dialog: it keeps the focus inside, makes the rest inert, closes by Escape and gives the focus back,
 * in a shadow tree as well.
 */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      const around = element?.parentElement?.closest<HTMLElement>('section, main') ?? null;
      // While it is still in the page: only then does the browser give the focus back.
      element?.close();
      // What opened it may be gone or closed by now.
      keepFocus(around);
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      // Escape: the component that shows the dialog removes it.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // The second of two quick clicks is not meant for what the first has brought about.
      onClickCapture={(event) => {
        if (event.detail < 2) return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onMouseDown={(event) => event.target === dialog.current && event.detail < 2 && onClose()}
    >
      <div className="dialog-content">
        <div className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d="M3.5 3.5l9 9m0-9l-9 9" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
            </svg>
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
