CREATE TABLE "clips" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "clips_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"database" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"last_result" integer DEFAULT 0 NOT NULL,
	"max_age_seconds" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "clips_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "result_chunks" (
	"result_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"first_row" bigint NOT NULL,
	"first_byte" bigint NOT NULL,
	"bytes" integer NOT NULL,
	"codec" text NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "result_chunks_result_id_number_pk" PRIMARY KEY("result_id","number")
);
--> statement-breakpoint
CREATE TABLE "results" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "results_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"clip_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"version" integer NOT NULL,
	"parameters" jsonb NOT NULL,
	"parameters_key" text NOT NULL,
	"title" text NOT NULL,
	"database" text NOT NULL,
	"follower" text NOT NULL,
	"lag_seconds" double precision,
	"columns" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"sealed_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"duration_ms" integer,
	"row_count" bigint,
	"bytes" bigint,
	"sha256" text,
	"truncated" boolean,
	"chunk_count" integer,
	CONSTRAINT "results_clip_id_number" UNIQUE("clip_id","number")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"clip_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"parameters" jsonb NOT NULL,
	"state" text NOT NULL,
	"follower" text,
	"result" integer,
	"row_count" bigint,
	"bytes" bigint,
	"duration_ms" integer,
	"error" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"deadline_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shares" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"clip_id" bigint NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "shares_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "versions" (
	"clip_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"sql" text NOT NULL,
	"restored_from" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "versions_clip_id_number_pk" PRIMARY KEY("clip_id","number")
);
--> statement-breakpoint
ALTER TABLE "result_chunks" ADD CONSTRAINT "result_chunks_result_id_results_id_fk" FOREIGN KEY ("result_id") REFERENCES "public"."results"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "versions" ADD CONSTRAINT "versions_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_updated_at" ON "clips" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "results_fresh" ON "results" USING btree ("clip_id","version","parameters_key","started_at") WHERE sealed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_clip_id_created_at" ON "runs" USING btree ("clip_id","created_at");--> statement-breakpoint
CREATE INDEX "shares_clip_id" ON "shares" USING btree ("clip_id");