/** Whoever imports something can read what it is: every export of the three folders has a docstring. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { modulesIn, root } from "./modules.ts";

/** The names that a statement exports; none where it exports nothing. */
function exportedNames(statement: ts.Statement): string[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) ?? [] : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  const named = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations
    : [statement as ts.DeclarationStatement];
  return named.map(({ name }) => name!.getText());
}

/** Exports without a docstring, each as `name`; of overloads, one has to have it. */
function undocumented(module: ts.SourceFile): string[] {
  const all = new Set<string>(), documented = new Set<string>();
  for (const statement of module.statements) {
    for (const name of exportedNames(statement)) {
      // A type and a value may share a name.
      const key = ts.isTypeAliasDeclaration(statement) ? `type ${name}` : name;
      all.add(key);
      if (ts.getJSDocCommentsAndTags(statement).length > 0) documented.add(key);
    }
  }
  return [...all].filter((name) => !documented.has(name));
}

Deno.test("every export of shared, train and edge has a docstring", async () => {
  const missing: string[] = [];
  let count = 0;
  for (const folder of ["shared/", "train/", "edge/"]) {
    for await (const url of modulesIn(new URL(folder, root))) {
      const path = fileURLToPath(url), text = await Deno.readTextFile(url);
      const module = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      missing.push(
        ...undocumented(module).map((name) => `${url.href.slice(root.href.length)} ${name}`),
      );
      count++;
    }
  }
  assert.ok(count > 300);
  assert.deepEqual(missing, []);
});

Deno.test("a docstring is missed where there is none", () => {
  const text =
    `/** Told. */\nexport const a = 1;\nexport type a = 1;\nexport function b() {}\nconst c = 1;
    /** Told. */ export function d(x: 1): 1;\nexport function d(x: 2): 2;`;
  const module = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  assert.deepEqual(undocumented(module), ["type a", "b"]);
});
