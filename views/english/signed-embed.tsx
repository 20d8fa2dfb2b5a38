export const words = {
  title: "Signed by your application",
  whatIsSigned: () => (
    <>
      This share has no address of its own. Your application's server makes one for each of its users: a JWT (HS256)
      with the values that are locked, and the time when it ends. It opens the page, which the origins below may show in
      a frame, and with <code>.json</code>, <code>.csv</code>, <code>.ndjson</code> or <code>.xlsx</code> behind it the
      data.
    </>
  ),
  keepKey: "The key, as text. Keep it on the server: whoever has it sees everything that this clip can show.",
  copiedKey: "key",
  exampleFor: (language: string) => `example for ${language}`,
  whatExamplesDo:
    "The examples take the key from the environment, as DATACLIPS_SIGNING_KEY, and print an address that works for ten minutes.",
};
