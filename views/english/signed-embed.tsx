export const words = {
  signedByYourApplication: "Signed by your application",
  thisShareHasNo: () => (
    <>
      This share has no address of its own. Your application's server makes one for each of its users: a JWT (HS256)
      with the values that are locked, and the time when it ends. It opens the page, which the origins below may show in
      a frame, and with <code>.json</code>, <code>.csv</code>, <code>.ndjson</code> or <code>.xlsx</code> behind it the
      data.
    </>
  ),
  theKeyAsText: "The key, as text. Keep it on the server: whoever has it sees everything that this clip can show.",
  theExamplesTakeThe:
    "The examples take the key from the environment, as DATACLIPS_SIGNING_KEY, and print an address that works for ten minutes.",
};
