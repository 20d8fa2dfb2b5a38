import type { Format } from "../src/results/formats.ts";

/** As people look for them. */
const ORDER: readonly Format[] = ["csv", "xlsx", "json", "ndjson"];

interface DownloadsProps {
  path: string;
  query: string;
  /** Those that are given; all without it. */
  formats?: readonly Format[];
}

/** Links to a result in its formats. */
export function Downloads({ path, query, formats = ORDER }: DownloadsProps) {
  return (
    <p class="downloads">
      {ORDER.filter((format) => formats.includes(format)).map((format) => (
        <a class="button" href={`${path}.${format}${query}`}>
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  );
}
