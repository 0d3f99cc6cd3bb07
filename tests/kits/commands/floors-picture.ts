import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

const FLOORS = ['main', 'server', 'graphql', 'actions', 'store', 'notifications', 'payments', 'domain'];

/** The floors and what they import, as a Mermaid flowchart. Types alone are a dotted arrow. */
export function floorsPicture(root: string): string {
  const source = join(root, 'src');
  const floorOf = (file: string) => relative(source, file).split(sep)[0]!.replace(/\.ts$/, '');
  const arrows = new Map<string, '-->' | '-.->'>();
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const from = floorOf(join(entry.parentPath, entry.name));
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, type, target] of text.matchAll(/^(?:import|export)( type)?\s[^;]*?from '(\.[^']+)';$/gm)) {
      const to = floorOf(resolve(entry.parentPath, target!));
      const key = `${from} ${to}`;
      if (FLOORS.includes(to) && from !== to) arrows.set(key, type && arrows.get(key) !== '-->' ? '-.->' : '-->');
    }
  }
  const lines = FLOORS.flatMap((from) =>
    FLOORS.flatMap((to) => (arrows.has(`${from} ${to}`) ? `  ${from} ${arrows.get(`${from} ${to}`)} ${to}` : [])),
  );
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

/** The page with the picture of today. */
export function withFloorsPicture(page: string, root: string): string {
  return page.replace(/```mermaid\n[\s\S]*?\n```/, () => floorsPicture(root));
}
