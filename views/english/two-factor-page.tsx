export const words = {
  title: "Two-factor sign-in",
  account: "Account",
  noSession: "It is for who signs in here with a password: sign in with a browser, and look here again.",
  noPassword: () => (
    <>
      You have no password here, so there is nothing that a code could be asked for besides. Who signs in with a
      provider has it there. <a href="/account#password">Set a password</a> first, if you want both.
    </>
  ),
  isOff: () => (
    <>
      It is <strong>off</strong>. Turned on, signing in with your password asks for a code, too, that an app on your
      phone shows (an authenticator, such as Aegis, Google Authenticator or 1Password).
    </>
  ),
  turnOn: "Turn on",
  isOn: () => (
    <>
      It is <strong>on</strong>: signing in with your password asks for a code.
    </>
  ),
  backupCodes: "Backup codes",
  whatCodesDo: "Each signs you in once, without your phone. New ones replace those that you have.",
  makeCodes: "Make new backup codes",
  turnItOff: "Turn it off",
  withoutIt:
    "Your password alone will do again; the authenticator's entry and the backup codes are of no use any more.",
  turnOff: "Turn off",
  password: "Your password",
  notOnYet:
    "It is not on yet. Let your authenticator read this code, or type the secret into it; then enter the six digits that it shows.",
  secretAsImage: "The secret, for an authenticator's camera",
  secret: (secret: string) => (
    <>
      Secret: <code>{secret}</code>
    </>
  ),
  code: "Code",
  isOnNow: "Two-factor sign-in is on. Keep these backup codes: they are shown only this once.",
  whereToKeepCodes:
    "Each signs you in once, when your phone is not there. Keep them where you keep your passwords, or on paper.",
  codesAreKept: "I have kept them",
};
