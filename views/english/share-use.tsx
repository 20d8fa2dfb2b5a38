export const words = {
  password: "It asks for its password: programs send it by HTTP Basic authentication, with any user name.",
  embed: "Embed it in another page",
  noSites: (rules: string) => (
    <>
      <strong>No site may show it in a frame yet.</strong> Name the sites under Origins in{" "}
      <a href={rules}>this link's rules</a>, such as <code>https://www.example.com</code>; then these work there.
    </>
  ),
  sites: (origins: readonly string[]) => `Pages of ${origins.join(", ")} may show it, and no others.`,
  script: "Script",
  heightOfScript: "As high as what is in it.",
  copiedScript: "script",
  frame: "Frame",
  heightOfFrame: "As high as it says.",
  copiedFrame: "frame",
  options: () => (
    <>
      Of the result they show the chart, or the table where there is none; with <code>data-show="both"</code> in the
      script, or <code>?show=both</code> behind the frame's address, both. In the same way <code>theme</code> is{" "}
      <code>light</code> or <code>dark</code>, whatever the reader's browser has.
    </>
  ),
};
