/** The files that a chart is given as. */
export const IMAGE_ENDINGS = ["svg", "png"] as const;
export type ImageEnding = (typeof IMAGE_ENDINGS)[number];
