/** Where a few lines of a card will be. */
export const LinesSkeleton = () => (
  <div className="late placeholder-glow" aria-hidden="true">
    <span className="placeholder col-9 mb-2 d-block" />
    <span className="placeholder col-7 d-block" />
  </div>
);

/** Where cards will be, while what they show is fetched; seen only if that takes long. */
export function PageSkeleton({
  columns,
}: {
  columns: readonly ('col-lg-8' | 'col-lg-7' | 'col-lg-6' | 'col-lg-5' | 'col-lg-4' | 'col-12')[];
}) {
  return (
    <div className="row row-cards late placeholder-glow" aria-hidden="true">
      {columns.map((column, index) => (
        // eslint-disable-next-line react/no-array-index-key -- nothing else tells them apart
        <div key={index} className={column}>
          <div className="card">
            <div className="card-body">
              <span className="placeholder col-4 mb-3 d-block" />
              <span className="placeholder col-9 mb-2 d-block" />
              <span className="placeholder col-7 d-block" />
            </div>
          </div>
        </div>
      ))}
    </div>
  );
}
