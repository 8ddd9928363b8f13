import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './repository.js';

const ROOT = join(REPOSITORY, 'dist/esm');

/** A public name, and what its signature or its comment names that users can't name. */
export interface Mention {
  readonly by: string;
  readonly name: string;
}

/**
 * All that the built library names in the signatures of what it exports, and in links of the comments there, but does
 * not export itself. What is private or protected is no part of a signature.
 */
export function unexportedMentions(): Mention[] {
  const entry = join(ROOT, 'index.d.ts');
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    lib: ['lib.es2023.d.ts'],
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry} is no module`);
  const exported = checker.getExportsOfModule(module);
  const known = new Set(exported.map((symbol) => resolved(symbol, checker)));
  const names = new Set(exported.map(({ name }) => name));

  const mentions = new Map<string, Mention>();
  for (const symbol of exported) {
    for (const declaration of resolved(symbol, checker).declarations ?? []) {
      visit(declaration, (name) => {
        const mention = { by: symbol.name, name };
        mentions.set(`${mention.by} ${name}`, mention);
      });
    }
  }
  return [...mentions.values()];

  function visit(node: ts.Node, note: (name: string) => void): void {
    if (ts.canHaveModifiers(node) && isHidden(node)) return;
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node);
      const target = found && resolved(found, checker);
      if (target && !known.has(target) && isOwn(target)) note(target.name);
    }
    for (const comment of ts.getJSDocCommentsAndTags(node)) visitLinks(comment, note);
    ts.forEachChild(node, (child) => visit(child, note));
  }

  function visitLinks(node: ts.Node, note: (name: string) => void): void {
    if (ts.isJSDocLink(node) && node.name) {
      const [first] = node.name.getText().split('.');
      const isMember = checker.getSymbolAtLocation(node.name)?.flags;
      if (!names.has(first) && !isMember) note(first);
    }
    node.getChildren().forEach((child) => visitLinks(child, note));
  }
}

/** Whether a symbol is declared in the library by itself: no parameter, no member of something. */
function isOwn(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const place = ts.isVariableDeclaration(declaration)
      ? declaration.parent.parent.parent
      : declaration.parent;
    return ts.isSourceFile(place) && place.fileName.startsWith(ROOT);
  });
}

function isHidden(node: ts.HasModifiers): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return ts.isClassElement(node) && (ts.getCombinedModifierFlags(node) & hidden) !== 0;
}

function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
