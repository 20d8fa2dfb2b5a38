CREATE TABLE "materialized_clips" (
	"clip_id" bigint PRIMARY KEY NOT NULL,
	"database" text NOT NULL,
	"name" text NOT NULL,
	"unique_columns" text[],
	"cron" text,
	"time_zone" text,
	"version" integer,
	"index_columns" text[],
	"refreshed_at" timestamp with time zone,
	"duration_ms" integer,
	"row_count" bigint,
	"bytes" bigint,
	"error" jsonb,
	"failed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "materialized_clips_database_name" UNIQUE("database","name")
);
--> statement-breakpoint
ALTER TABLE "materialized_clips" ADD CONSTRAINT "materialized_clips_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE restrict ON UPDATE no action;