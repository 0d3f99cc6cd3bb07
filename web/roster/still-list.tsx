import {
  createContext,
  type Dispatch,
  type ReactNode,
  type RefObject,
  type SetStateAction,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Hold } from '../look/hold-still';

/** What changes its height by itself, or is pointed at, from the top of the card to its end. */
const PLACES = ['news', 'owners', 'admins', 'picker', 'invitations', 'requests', 'setback', 'purchases'] as const;

type Place = (typeof PLACES)[number];

interface Where {
  /** Where the pointer and the focus are. */
  readonly pointed: Place | null;
  readonly focused: Place | null;
  readonly setPointed: Dispatch<SetStateAction<Place | null>>;
  readonly setFocused: Dispatch<SetStateAction<Place | null>>;
}

const WhereContext = createContext<Where | null>(null);

/** Keeps what is under the pointer where it is: a change by somebody else must not make a click mean another person. */
export function HoldStill({ children }: { readonly children: ReactNode }) {
  const [pointed, setPointed] = useState<Place | null>(null);
  const [focused, setFocused] = useState<Place | null>(null);
  const where = useMemo(() => ({ pointed, focused, setPointed, setFocused }), [pointed, focused]);
  return <WhereContext.Provider value={where}>{children}</WhereContext.Provider>;
}

function useWhere(): Where {
  const where = useContext(WhereContext);
  if (!where) throw new Error('A list stands outside of the card.');
  return where;
}

/** How still the place must be: the pointer or the focus is in its list, or in one below, which it would move. */
export function useHold(place: Place): Hold {
  const { pointed, focused } = useWhere();
  const lowest = Math.max(...[pointed, focused].map((at) => (at === null ? -1 : PLACES.indexOf(at))));
  const own = PLACES.indexOf(place);
  if (lowest < own) return 'free';
  return lowest === own ? 'grows' : 'held';
}

/** What an element tells, while it is there to be pointed at, about the pointer in it. */
export function usePointing(place: Place, isThere: boolean) {
  const { setPointed } = useWhere();
  useEffect(() => {
    if (!isThere) return;
    // What goes away under the pointer is left by no event.
    return () => setPointed((at) => (at === place ? null : at));
  }, [place, isThere, setPointed]);
  return {
    onPointerEnter: () => setPointed(isThere ? place : null),
    onPointerLeave: () => setPointed(null),
  };
}

interface StillListProps {
  readonly place: Place;
  readonly className: string;
  readonly label: string;
  /** Takes the focus where the row that had it is gone (`data-gone`). */
  readonly heading: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A list that is held while the pointer or the focus is in it. */
export function StillList({ place, className, label, heading, children }: StillListProps) {
  const { setFocused } = useWhere();
  const pointing = usePointing(place, true);
  const list = useRef<HTMLUListElement>(null);

  useLayoutEffect(() => {
    if (list.current?.querySelector('[data-gone]:focus-within')) heading.current?.focus({ preventScroll: true });
  });
  useEffect(() => () => setFocused((at) => (at === place ? null : at)), [place, setFocused]);

  return (
    <ul
      ref={list}
      className={className}
      aria-label={label}
      {...pointing}
      onFocus={() => setFocused(place)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(null);
      }}
    >
      {children}
    </ul>
  );
}
