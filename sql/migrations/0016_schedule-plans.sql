CREATE TABLE "schedule_plans" (
	"clip_id" bigint NOT NULL,
	"job" text NOT NULL,
	"line" text NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"planned_at" timestamp with time zone NOT NULL,
	CONSTRAINT "schedule_plans_clip_id_job_pk" PRIMARY KEY("clip_id","job")
);
--> statement-breakpoint
DROP INDEX "results_fresh";--> statement-breakpoint
ALTER TABLE "schedule_plans" ADD CONSTRAINT "schedule_plans_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_scheduled" ON "clips" USING btree ("id") WHERE refresh = 'schedule' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX "results_newest" ON "results" USING btree ("clip_id","version","parameters_key","number") WHERE sealed_at IS NOT NULL;