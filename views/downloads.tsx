/** Links to a result in every format. */
export function Downloads({ path, query }: { path: string; query: string }) {
  return (
    <p class="downloads">
      {["csv", "xlsx", "json", "ndjson"].map((format) => (
        <a class="button" href={`${path}.${format}${query}`}>
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  );
}
