/** Tools that run TypeScript, or compile it module by module. */
import { copyFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../typescript/app.ts', import.meta.url));

export const cases = {
  'tsx, ES module': runBy('tsx', 'module'),
  'tsx, CommonJS': runBy('tsx', 'commonjs'),
  'node --import tsx, ES module': async (context) =>
    context.program(['--import', 'tsx', 'app.ts'], { cwd: project(context, 'import-tsx', 'module') }),
  'ts-node, CommonJS': runBy('ts-node', 'commonjs', { module: 'commonjs', target: 'es2022', esModuleInterop: true }),
  'SWC, ES module': compiledBySwc('module', 'es6'),
  'SWC, CommonJS': compiledBySwc('commonjs', 'commonjs'),
};

function runBy(tool, type, compilerOptions) {
  return (context) => {
    const cwd = project(context, `${tool}-${type}`, type);
    if (compilerOptions !== undefined) {
      writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    }
    return context.program(['app.ts'], { cwd, command: context.path('node_modules', '.bin', tool) });
  };
}

function compiledBySwc(type, module) {
  return async (context) => {
    const cwd = project(context, `swc-${type}`, type);
    await context.bin('swc', ['app.ts', '--out-file', 'app.js', '--config', `module.type=${module}`], { cwd });
    return context.program(['app.js'], { cwd });
  };
}

/** Creates a project with the common program, without compiler options. */
function project({ output, path }, name, type) {
  const folder = output(name);
  copyFileSync(app, join(folder, 'app.ts'));
  for (const file of ['report.cjs', 'report.d.cts']) cpSync(path('program', file), join(folder, file));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  return folder;
}
