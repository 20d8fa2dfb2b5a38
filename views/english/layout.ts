export const words = {
  brand: "Dataclips",
  title: (page: string) => (page === "Dataclips" ? page : `${page} · Dataclips`),
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
