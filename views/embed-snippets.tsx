/** In pixels: a frame's size, where nobody says another. */
export const FRAME_WIDTH = 800;
export const FRAME_HEIGHT = 520;

interface Frame {
  /** A share's address, of its page or of its embed; it may have a query. */
  address: string;
  title: string;
  width: number | string;
  height: number;
}

/** The HTML that shows a share in another page, without a script: as high as it says. */
export function frameHtml({ address, title, width, height }: Frame): string {
  return String(
    <iframe
      src={embedAddress(address)}
      title={title}
      width={String(width)}
      height={String(height)}
      loading="lazy"
      frameborder="0"
    />,
  );
}

/** The HTML that shows a share in another page, as high as what is in it. */
export function loaderHtml({ baseUrl, address }: { baseUrl: string; address: string }): string {
  const html = String(<script src={`${baseUrl}/embed.js`} data-share={address} async />);
  // As people write it: an address has no quotes.
  return html.replace(' async=""', " async");
}

/** The address of a share for a frame, from that of its page. */
function embedAddress(address: string): string {
  const [path, ...query] = address.split("?");
  return [path!.replace(/(\/embed)?$/, "/embed"), ...query].join("?");
}
