CREATE TABLE "share_uses" (
	"share_id" uuid PRIMARY KEY NOT NULL,
	"uses" bigint NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	"last_address" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "note" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "locked_parameters" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "open_parameters" text[];--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "origins" text[];--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "formats" text[];--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "password_hash" text;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "created_by" text DEFAULT 'token' NOT NULL;--> statement-breakpoint
ALTER TABLE "share_uses" ADD CONSTRAINT "share_uses_share_id_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "public"."shares"("id") ON DELETE cascade ON UPDATE no action;