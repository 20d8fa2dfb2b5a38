export const words = {
  show: "Show",
  runNow: "Run now",
  true: "true",
  false: "false",
  arrayExample: "{first,second}",
};
