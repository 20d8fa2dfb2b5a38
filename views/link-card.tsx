import type { ChartData } from "../src/charts/chart-data.ts";
import { SCALE } from "../src/charts/render-png.ts";
import { sizeOfFile } from "./charts/chart-svg.tsx";

/** A picture of what a page shows. */
interface CardPicture {
  url: string;
  /** In pixels. */
  width: number;
  height: number;
}

export interface LinkCardProps {
  /** Of this server, without a slash at the end. */
  baseUrl: string;
  /** The page's address. */
  url: string;
  title: string;
  /** As plain text; it may be empty. */
  description: string;
  picture: CardPicture | null;
}

/** Longer ones are cut by whoever shows them, in the middle of a word. */
const DESCRIPTION_LENGTH = 200;

/**
 * What programs look for that show a card in place of a link: OpenGraph (https://ogp.me), what X adds to it, and where
 * oEmbed is asked. For pages that anyone may open who has the address.
 */
export function LinkCard({ baseUrl, url, title, description, picture }: LinkCardProps) {
  const properties: Record<string, string> = {
    "og:type": "website",
    "og:site_name": "Dataclips",
    "og:title": title,
    "og:url": url,
    ...(description === "" ? {} : { "og:description": shorten(description) }),
    ...(picture === null
      ? {}
      : {
          "og:image": picture.url,
          "og:image:type": "image/png",
          "og:image:width": String(picture.width),
          "og:image:height": String(picture.height),
          "og:image:alt": title,
        }),
  };
  return (
    <>
      {Object.entries(properties).map(([property, content]) => (
        <meta property={property} content={content} />
      ))}
      <meta name="twitter:card" content={picture === null ? "summary" : "summary_large_image"} />
      <link
        rel="alternate"
        type="application/json+oembed"
        href={`${baseUrl}/oembed?url=${encodeURIComponent(url)}&format=json`}
        title={title}
      />
    </>
  );
}

/** The picture of a chart. @param url the chart's, as a PNG */
export function pictureOf(url: string, chart: ChartData): CardPicture {
  const [width, height] = sizeOfFile(chart);
  return { url, width: width * SCALE, height: height * SCALE };
}

/** A text in one line, cut behind a word. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  return `${line.slice(0, DESCRIPTION_LENGTH).replace(/\s\S*$|[\uD800-\uDBFF]$/, "")}…`;
}
