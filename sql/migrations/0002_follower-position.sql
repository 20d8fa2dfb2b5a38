ALTER TABLE "results" ADD COLUMN "lag_bytes" bigint;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "wal_lsn" text;