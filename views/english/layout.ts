export const words = {
  dataclips: "Dataclips",
  dataclips2: (title: string | number) => `${title} · Dataclips`,
  clips: "Clips",
  shares: "Shares",
  databases: "Databases",
  people: "People",
  teams: "Teams",
  audit: "Audit",
  account: "Account",
  newClip: "New clip",
  signOut: "Sign out",
};
