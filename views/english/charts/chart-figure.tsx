export const words = {
  chart: "Chart",
  asFiles: (svg: string, png: string) => (
    <>
      The chart as <a href={svg}>SVG</a> or <a href={png}>PNG</a>
    </>
  ),
};
