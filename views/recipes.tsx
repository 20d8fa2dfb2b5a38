import type { ShareFormat } from "../src/clips/share-rules.ts";
import { CopyBlock } from "./copy-block.tsx";
import { words } from "./english/recipes.ts";
import { RECIPES } from "./recipe-codes.ts";

/** What to copy for each of the programs that read a share; folded. */
export function Recipes({ url, formats }: { url: string; formats: readonly ShareFormat[] }) {
  const recipes = RECIPES.filter(({ format = "csv" }) => formats.includes(format));
  if (recipes.length === 0) return null;
  return (
    <details class="recipes">
      <summary>{words.title(recipes.map(({ name }) => name))}</summary>
      {recipes.map(({ name, text }) => (
        <section>
          <h3>{name}</h3>
          {name in words.notes && <p class="note">{words.notes[name]}</p>}
          <CopyBlock name={words.recipeFor(name)} text={text(url)} />
        </section>
      ))}
    </details>
  );
}
