export const words = {
  title: (clip: string) => `A link to ${clip}`,
  heading: (clip: string, href: string) => (
    <>
      A link to <a href={href}>{clip}</a>
    </>
  ),
  make: "Make this link",
};
