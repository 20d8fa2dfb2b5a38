/** The addresses of a page's chart as files. @param query which result, with its question mark; may be empty */
export function chartFiles(path: string, query: string): { svg: string; png: string } {
  const download = `${query === "" ? "?" : `${query}&`}_download=1`;
  return { svg: `${path}.svg${download}`, png: `${path}.png${download}` };
}
