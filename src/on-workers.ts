/** Whether this is Cloudflare's runtime (workerd), which says so by this name: developers.cloudflare.com/workers/runtime-apis/web-standards. */
export const ON_WORKERS = globalThis.navigator?.userAgent === "Cloudflare-Workers";
