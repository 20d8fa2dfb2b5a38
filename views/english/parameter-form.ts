export const words = {
  show: "Show",
  runNow: "Run now",
  true: "true",
  false: "false",
  firstSecond: "{first,second}",
};
