CREATE TABLE "clip_editors" (
	"clip_id" bigint NOT NULL,
	"editor" uuid NOT NULL,
	"asker" text NOT NULL,
	"asker_name" text NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clip_editors_clip_id_editor_pk" PRIMARY KEY("clip_id","editor")
);
--> statement-breakpoint
CREATE TABLE "favourites" (
	"person_id" uuid NOT NULL,
	"clip_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "favourites_person_id_clip_id_pk" PRIMARY KEY("person_id","clip_id")
);
--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD COLUMN "chart" jsonb;--> statement-breakpoint
ALTER TABLE "clip_editors" ADD CONSTRAINT "clip_editors_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourites" ADD CONSTRAINT "favourites_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourites" ADD CONSTRAINT "favourites_clip_id_clips_id_fk" FOREIGN KEY ("clip_id") REFERENCES "public"."clips"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "favourites_clip_id" ON "favourites" USING btree ("clip_id");