import { type Environment, useCombobox } from 'downshift';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { isFoundBy } from '../../src/domain/name-search';
import { withoutIsolates } from '../../src/domain/shown-text';
import { EligibleTeammates, type GrantTerms, type Person } from '../documents/roster-documents';
import { useHeld } from '../look/hold-still';
import { Initials } from '../look/initials';
import { useSettled } from '../look/use-settled';
import { useRosterContext } from './roster-context';
import { usePointing } from './still-list';
import { TermsFields } from './terms-fields';
import { USUAL_TERMS } from './typed-terms';
import { useTypedTerms } from './use-typed-terms';

/** People in one answer: as many as somebody reads before they type another letter. */
const SHOWN = 20;

/** How long typing has to pause before the service is asked, in milliseconds. */
const TYPING_PAUSE = 150;

interface PickerProps {
  /** Resolves to whether the person was added. */
  readonly onAdd: (person: Person, terms: GrantTerms) => Promise<boolean>;
}

/** Select a teammate: search as you type, over any number of members. */
export function TeammatePicker({ onAdd }: PickerProps) {
  const { open, root } = useRosterContext();
  const [isHasty, setIsHasty] = useState(false);
  const [typed, setTyped] = useState('');
  const search = useSettled(typed.trim(), TYPING_PAUSE);
  const [isAsked, setIsAsked] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const { fields, read, reset } = useTypedTerms(USUAL_TERMS);

  // A change of the roster changes who is eligible: a new context asks again. Not under the pointer, and not under the keys.
  const version = useHeld(open.roster.version, isOpen);
  const pointing = usePointing('picker', isOpen);
  const context = useMemo(() => ({ version }), [version]);
  const [{ data, fetching, error, stale }, again] = useQuery({
    query: EligibleTeammates,
    variables: { organizationId: open.organization.id, search, first: SHOWN },
    context,
    pause: !isAsked,
  });
  const found = data?.organization?.billingAdmins.eligibleTeammates;
  const isWaiting = fetching || stale || search !== typed.trim();
  // Until the answer to what was typed is there, nobody of the former answer may be chosen in its place.
  const people = (found?.nodes ?? []).filter((person) => !isWaiting || isFound(person, typed));

  const environment = useMemo(() => environmentOf(root), [root]);
  const combobox = useCombobox<Person>({
    items: people,
    itemToString: (person) => withoutIsolates(person?.name ?? ''),
    itemToKey: (person) => person?.id,
    environment,
    onIsOpenChange: (combobox) => {
      setIsOpen(combobox.isOpen);
      if (combobox.isOpen) setIsAsked(true);
    },
    onInputValueChange: ({ inputValue }) => {
      setTyped(inputValue);
      setIsHasty(false);
    },
    stateReducer: (state, { type, changes }) => {
      // Leaving the field keeps what was typed, and chooses nobody by accident; typing takes the choice back.
      if (type === useCombobox.stateChangeTypes.InputBlur)
        return { ...changes, inputValue: state.inputValue, selectedItem: state.selectedItem };
      return type === useCombobox.stateChangeTypes.InputChange ? { ...changes, selectedItem: null } : changes;
    },
  });
  const chosen = combobox.selectedItem;

  const hint = hintOf({
    isWaiting,
    failed: error !== undefined && !found,
    count: people.length,
    search,
    isMore: found?.pageInfo.hasNextPage ?? false,
  });

  return (
    <form
      className="picker"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!chosen) return setIsHasty(true);
        const terms = read();
        if (!terms) return;
        // Where it is refused, what was chosen is there to be corrected.
        void onAdd(chosen, terms).then((isDone) => isDone && reset());
        combobox.reset();
      }}
    >
      <label className="field-label" {...combobox.getLabelProps()}>
        Select a teammate
      </label>
      <div className="combobox">
        <input
          className="input"
          placeholder="Search by name or e-mail"
          spellCheck={false}
          {...combobox.getInputProps({ onFocus: () => setIsAsked(true) })}
        />
        <button
          type="button"
          className="combobox-toggle"
          aria-label="Show teammates"
          {...combobox.getToggleButtonProps()}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path
              d="M4 6l4 4 4-4"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        </button>
        <div className="combobox-popover" data-open={combobox.isOpen || undefined} {...pointing}>
          <ul {...combobox.getMenuProps()}>
            {combobox.isOpen &&
              people.map((person, index) => (
                <li
                  key={person.id}
                  className="combobox-option"
                  data-highlighted={combobox.highlightedIndex === index || undefined}
                  {...combobox.getItemProps({ item: person, index })}
                >
                  <Initials id={person.id} name={person.name} />
                  <span className="person-text">
                    <span className="person-name">{person.name}</span>
                    <span className="person-detail">{person.email}</span>
                  </span>
                </li>
              ))}
          </ul>
          {combobox.isOpen && hint && (
            <p className="combobox-hint">
              {hint}
              {error && !found && (
                <button type="button" className="link-button" onClick={() => again()}>
                  Try again
                </button>
              )}
            </p>
          )}
        </div>
      </div>
      <div className="picker-row">
        <TermsFields {...fields} />
        <button type="submit" className="button primary">
          Add
        </button>
      </div>
      {isHasty && (
        <p className="field-problem" role="alert">
          Choose a teammate from the list first.
        </p>
      )}
      <span className="hidden-text" role="status">
        {combobox.isOpen ? hint || `${people.length} teammates` : ''}
      </span>
    </form>
  );
}

/** The same rule as the service's search. */
function isFound({ name, email }: Person, typed: string): boolean {
  return isFoundBy({ name: withoutIsolates(name), email: withoutIsolates(email) }, typed);
}

interface Hint {
  readonly isWaiting: boolean;
  readonly failed: boolean;
  readonly count: number;
  readonly search: string;
  readonly isMore: boolean;
}

function hintOf({ isWaiting, failed, count, search, isMore }: Hint): string {
  if (failed) return 'Teammates can’t be looked up right now. ';
  if (isWaiting && count === 0) return 'Searching…';
  if (count === 0) return search ? `No teammate matches “${search}”.` : 'Every teammate has billing access already.';
  return isMore ? `The first ${count} are shown. Type to narrow them down.` : '';
}

/** Downshift looks for the focus and the pointer there; from outside, a shadow tree shows neither. */
function environmentOf(root: Document | ShadowRoot): Environment {
  return {
    addEventListener: root.addEventListener.bind(root),
    removeEventListener: root.removeEventListener.bind(root),
    document: root as Document,
    Node: window.Node,
  };
}
