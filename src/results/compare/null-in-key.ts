/** A guessed key has a NULL, and so is none. */
export class NullInKey extends Error {
  override readonly name = "NullInKey";
}
