/** Where a few lines of a card will be. */
export const LinesSkeleton = () => (
  <div className="late placeholder-glow" aria-hidden="true">
    <span className="placeholder col-9 mb-2 d-block" />
    <span className="placeholder col-7 d-block" />
  </div>
);

type ColumnClass = 'col-lg-8' | 'col-lg-7' | 'col-lg-6' | 'col-lg-5' | 'col-lg-4' | 'col-12';

/** A column of the page, and how high in rem each card in it usually is. */
type Column = readonly [ColumnClass, ...number[]];

/** A card that is lower than this has no header. */
const WITH_HEADER_REM = 8;

/** Where cards will be, while what they show is fetched; seen only if that takes long. */
export function PageSkeleton({ columns }: { columns: readonly Column[] }) {
  return (
    <div className="row row-cards late placeholder-glow" aria-hidden="true">
      {columns.map(([column, ...heights], index) => (
        // eslint-disable-next-line react/no-array-index-key -- nothing else tells them apart
        <div key={index} className={column}>
          <div className="d-grid gap-3">
            {heights.map((heightRem, place) => (
              // eslint-disable-next-line react/no-array-index-key -- as above
              <CardSkeleton key={place} heightRem={heightRem} />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

function CardSkeleton({ heightRem }: { heightRem: number }) {
  const hasHeader = heightRem >= WITH_HEADER_REM;
  return (
    <div className="card" style={{ minHeight: `${heightRem}rem` }}>
      {hasHeader && (
        <div className="card-header">
          <span className="placeholder col-3" />
        </div>
      )}
      <div className="card-body">
        <span className="placeholder col-5 d-block" />
        {hasHeader && (
          <>
            <span className="placeholder col-9 mt-3 d-block" />
            <span className="placeholder col-7 mt-3 d-block" />
          </>
        )}
      </div>
    </div>
  );
}
