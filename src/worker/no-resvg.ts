// Stands for @resvg/resvg-js in the Worker's bundle, which can have no native library: see render-png.ts.
/** Nothing is drawn as PNG here. */
export const renderAsync = undefined;
