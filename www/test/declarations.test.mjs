// What an editor shows of the package: the declarations in dist, from every entry point.
import test from 'node:test';
import assert from 'node:assert/strict';
import ts from 'typescript';
import { dist, entries, program, said } from './declarations.mjs';

const all = program();
const checker = all.getTypeChecker();

/** Every declaration of the package that can be reached from what its entry points export, with the way to it. */
function* reachable() {
  const seen = new Set();
  const waiting = entries.flatMap(([name, file]) => {
    const module = checker.getSymbolAtLocation(all.getSourceFile(file));
    return (module === undefined ? [] : checker.getExportsOfModule(module)).map((symbol) => [symbol, `${name}: ${symbol.name}`, true]);
  });
  while (waiting.length > 0) {
    let [symbol, way, exported] = waiting.shift();
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (!declaration.getSourceFile().fileName.startsWith(dist) || ts.isTypeParameterDeclaration(declaration) || ts.isSourceFile(declaration)) continue;
      yield { declaration, way, exported };
      const look = (node) => {
        const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isExpressionWithTypeArguments(node) ? node.expression : ts.isTypeQueryNode(node) ? node.exprName : undefined;
        const used = name && checker.getSymbolAtLocation(name);
        if (used !== undefined) waiting.push([used, `${way} -> ${name.getText()}`, false]);
        ts.forEachChild(node, look);
      };
      look(declaration);
    }
  }
}

const isMember = (node) => ts.isTypeElement(node) || (ts.isClassElement(node) && !ts.isSemicolonClassElement(node));

/** The members of a declaration, those of object types within it too. */
function* members(node) {
  if (isMember(node)) yield node;
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* members(child);
}

const nameOf = (member) => member.name?.getText() ?? ts.SyntaxKind[member.kind];
const documented = (node) => ts.getJSDocCommentsAndTags(node).some(({ comment }) => ts.getTextOfJSDocComment(comment)?.trim());

const found = [...reachable()];

test('the declarations compile by themselves, with nothing but the package and its peers', () => {
  const ours = entries.flatMap(([, file]) => { const source = all.getSourceFile(file); return [...all.getSyntacticDiagnostics(source), ...all.getSemanticDiagnostics(source)]; });
  assert.deepEqual(said(ours), []);
});

test('every type that an entry point exports or uses has a comment, and so has each of its members', () => {
  assert.ok(found.length > 150, `only ${found.length} declarations`);
  const bare = [];
  for (const { declaration, way } of found) {
    if (!documented(declaration)) bare.push(way);
    for (const member of members(declaration)) if (!documented(member)) bare.push(`${way}.${nameOf(member)}`);
  }
  assert.deepEqual(bare, []);
});

test('nothing internal can be reached from the declarations', () => {
  const internal = [];
  for (const { declaration, way, exported } of found) {
    // A class is there to be constructed or caught; what only the package makes is an interface.
    if (ts.isClassDeclaration(declaration) && !exported && !found.some((other) => other.exported && other.declaration === declaration)) internal.push(`${way} is a class that nobody can construct`);
    if (/\$\d+$/.test(declaration.name?.getText() ?? '')) internal.push(`${way} has lost its name: ${declaration.name.getText()}`);
    for (const node of [declaration, ...members(declaration)]) {
      const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) ?? [] : [];
      const hidden = modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword)
        || /^[#_]/.test(nameOf(node)) || ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
      if (hidden) internal.push(`${way}.${nameOf(node)}`);
    }
  }
  assert.deepEqual(internal, []);
});

// What is in no declaration that can be reached is of no use to anybody.
test('the declarations have nothing that cannot be reached', () => {
  const used = new Set(found.map(({ declaration }) => declaration));
  const left = entries.flatMap(([name, file]) => all.getSourceFile(file).statements.flatMap((statement) => {
    const declared = ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : statement.name !== undefined && !ts.isModuleDeclaration(statement) ? [statement] : [];
    return declared.filter((one) => !used.has(one)).map((one) => `${name}: ${one.name.getText()}`);
  }));
  assert.deepEqual(left, []);
});
