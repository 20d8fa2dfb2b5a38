export const words = {
  title: "Databases",
  none: "There is none that you may use: ask an administrator to put you into a team that has one.",
  writableRole: "Clips run here even though the reader role can write: the configuration says allow_writable_role.",
};
