export const words = {
  differences: "Differences",
  change: () => (
    <>
      Change
      <small>row</small>
    </>
  ),
  type: (name: string, isKey: boolean) => (isKey ? `${name}, key` : name),
};
