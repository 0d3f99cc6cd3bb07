/** Widths of the lines of each card, in parts of a hundred. */
const LEFT = [
  [38, 82, 24, 56, 61, 27, 52, 88],
  [22, 34, 100],
];
const RIGHT = [
  [24, 46, 78, 34],
  [28, 36, 90, 72],
  [40, 86, 64],
];

/** Holds the place of what is being asked for, so that nothing jumps when it comes. */
export function Skeleton() {
  return (
    <div aria-busy="true">
      <div className="title-row">
        <h1>Billing</h1>
      </div>
      <p className="hidden-text" role="status">
        Loading
      </p>
      <div className="columns" aria-hidden="true">
        <Column cards={LEFT} />
        <Column cards={RIGHT} />
      </div>
    </div>
  );
}

function Column({ cards }: { readonly cards: readonly (readonly number[])[] }) {
  return (
    <div className="column">
      {cards.map((widths, index) => (
        <div key={index} className="card skeleton">
          {widths.map((width, line) => (
            <span key={line} className="bone" style={{ inlineSize: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  );
}
