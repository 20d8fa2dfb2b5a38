/** The file that says which file each script of the pages is. */
export const MANIFEST = "scripts.json";
