ALTER TABLE "clips" ADD COLUMN "refresh" text DEFAULT 'live' NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "cron" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "keep_results" integer;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "keep_days" integer;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "keep_bytes" bigint;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "asker" text DEFAULT 'token' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "asker" text DEFAULT 'token' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "flight" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "pinned_result_id" bigint;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_pinned_result_id_results_id_fk" FOREIGN KEY ("pinned_result_id") REFERENCES "public"."results"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_flight" ON "runs" USING btree ("flight") WHERE state IN ('queued', 'running');