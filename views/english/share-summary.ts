export const words = {
  signedByAnApplication: "signed by an application",
  expiredOn: "expired on",
  withAPassword: "with a password",
  aMinute: (requestsPerMinute: string | number) => `${requestsPerMinute} a minute`,
};
