/** How long the audit's events are kept, in days, where the configuration does not say: a year, and a month to look back on it. */
export const DEFAULT_AUDIT_DAYS = 400;
/** As good as for ever, and within what PostgreSQL's intervals hold. */
export const MOST_AUDIT_DAYS = 36_500;
