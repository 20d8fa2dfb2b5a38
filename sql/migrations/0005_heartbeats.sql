ALTER TABLE "runs" ALTER COLUMN "deadline_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancel_requested" boolean DEFAULT false NOT NULL;