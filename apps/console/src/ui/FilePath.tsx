/** A path that breaks before its file, not within its name. */
export function FilePath({ path }: { path: string }) {
  const end = path.lastIndexOf('/') + 1;
  return (
    <code className="file-path">
      {path.slice(0, end)}
      <span>{path.slice(end)}</span>
    </code>
  );
}
