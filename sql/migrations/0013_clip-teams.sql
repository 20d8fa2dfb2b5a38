ALTER TABLE "clips" ADD COLUMN "team_id" bigint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "masked_parameters" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "created_by" text DEFAULT 'token' NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "signed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "created_by" text DEFAULT 'token' NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_team_id" ON "clips" USING btree ("team_id");