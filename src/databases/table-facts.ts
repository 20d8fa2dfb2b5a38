import type { RelationFacts } from "./read-schema.ts";
import type { RelationSize } from "./read-sizes.ts";

/** A table by its names. */
export interface TableRef {
  schema: string;
  name: string;
}

/** All that there is to know of a table, or of what is read like one, as the API says it. */
export interface TableFacts extends TableRef {
  /** Its name as SQL writes it, with its schema: `public."Orders"`. */
  quoted: string;
  kind: RelationFacts["kind"];
  comment: string | null;
  /** Whether clips may read it, or some of its columns. Of what they may not, defaults, checks and views say nothing. */
  readable: boolean;
  /** How many rows PostgreSQL believes that there are; null: it is not analyzed yet, or a view. */
  rows: number | null;
  /** Bytes on the follower's disk; null: a view, a foreign table, or locked just now. */
  size: RelationSize | null;
  columns: readonly ColumnFacts[];
  primary_key: KeyFacts | null;
  unique_keys: readonly KeyFacts[];
  indexes: readonly IndexFacts[];
  foreign_keys: readonly ForeignKeyFacts[];
  /** Foreign keys of other tables, and of itself, that lead here. */
  referenced_by: readonly ForeignKeyFacts[];
  checks: readonly { name: string; definition: string }[];
  /** A view's query. */
  definition: string | null;
  /** By what it is partitioned: `RANGE (placed_at)`. */
  partition_key: string | null;
  partition_of: (TableRef & { bound: string }) | null;
  /** The first of them by name; see {@link PARTITIONS_SAID}. */
  partitions: readonly PartitionFacts[];
  partition_count: number;
}

export interface ColumnFacts {
  name: string;
  /** As SQL writes it. */
  quoted: string;
  type: string;
  nullable: boolean;
  /** Its default, or what it is generated from. */
  default: string | null;
  identity: "always" | "by default" | null;
  generated: "stored" | "virtual" | null;
  comment: string | null;
  readable: boolean;
  /** The part of the rows that have NULL in it, 0 to 1, as ANALYZE has estimated it; null: not known, or not the reader's to see. */
  null_fraction: number | null;
  /** How many different values ANALYZE believes that there are. */
  distinct_values: number | null;
}

export interface KeyFacts {
  name: string;
  columns: readonly string[];
  definition: string;
}

export interface IndexFacts {
  name: string;
  definition: string;
  unique: boolean;
  primary: boolean;
  /** False: it is not used, for building it has failed, or goes on. */
  valid: boolean;
  /** Bytes; null, where it is not known just now. */
  size: number | null;
}

/** A foreign key, from the table that has it to the one that it leads to. */
export interface ForeignKeyFacts {
  name: string;
  from: TableRef & { columns: readonly string[]; readable: boolean };
  to: TableRef & { columns: readonly string[]; readable: boolean };
  definition: string;
}

export interface PartitionFacts extends TableRef {
  /** `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`. */
  bound: string;
  readable: boolean;
  rows: number | null;
  size: number | null;
}

/** So many partitions are said one by one. */
export const PARTITIONS_SAID = 200;
