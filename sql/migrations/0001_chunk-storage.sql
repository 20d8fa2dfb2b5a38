-- Chunks are compressed already: without this PostgreSQL would try again, and fail, on every insert.
ALTER TABLE "result_chunks" ALTER COLUMN "data" SET STORAGE EXTERNAL;
