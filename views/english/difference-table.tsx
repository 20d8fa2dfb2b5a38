export const words = {
  differences: "Differences",
  changeRow: () => (
    <>
      Change
      <small>row</small>
    </>
  ),
  key: ", key",
};
