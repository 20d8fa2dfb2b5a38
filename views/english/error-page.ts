export const words = {
  notFound: "Not found",
  error: "Error",
  thatDidNotWork: "That did not work",
};
