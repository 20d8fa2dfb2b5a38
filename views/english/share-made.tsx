export const words = {
  copiedLink: "link",
  open: "Open it",
  asData: (files: readonly { href: string; format: string }[]) => (
    <>
      As data:{" "}
      {files.map(({ href, format }) => (
        <>
          <a href={href}>{format.toUpperCase()}</a>{" "}
        </>
      ))}
    </>
  ),
};
