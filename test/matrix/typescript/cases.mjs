/** Versions and module resolutions of TypeScript. Declarations of packages are checked too. */
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const resolutions = {
  'node10, CommonJS': { type: 'commonjs', module: 'commonjs', moduleResolution: 'node10' },
  'node16, CommonJS': { type: 'commonjs', module: 'node16' },
  'node16, ES module': { type: 'module', module: 'node16' },
  'nodenext, CommonJS': { type: 'commonjs', module: 'nodenext' },
  'nodenext, ES module': { type: 'module', module: 'nodenext' },
  'bundler, ES module': { type: 'module', module: 'esnext', moduleResolution: 'bundler' },
};
/** Packages of these types, which the other cases do without. */
const typesOfNode = { 'types-node': '@types/node', 'undici-types': 'undici-types' };
const versions = ['5.4', '5.5', '5.9', '6.0', '7.0'];

export const cases = {};
for (const version of versions) {
  for (const [title, { type, ...options }] of Object.entries(resolutions)) {
    if (version === '7.0' && title.startsWith('node10')) continue;
    const deprecated = version === '6.0' && title.startsWith('node10') ? { ignoreDeprecations: '6.0' } : {};
    cases[`TypeScript ${version}, ${title}`] = async (context) => {
      const project = createProject(context, `${version} ${title}`, type, 'app.ts', { ...options, ...deprecated });
      await compile(context, version, project);
      return context.program(['app.js'], { cwd: project });
    };
  }
  cases[`TypeScript ${version}, every entry point`] = async (context) => {
    const project = createProject(context, `${version} all`, 'module', 'app.ts', {
      module: 'nodenext',
      types: ['node'],
    });
    for (const [installed, name] of Object.entries(typesOfNode)) {
      cpSync(context.path('node_modules', installed), join(project, 'node_modules', name), { recursive: true });
    }
    const names = entryPoints(context);
    writeFileSync(
      join(project, 'all.ts'),
      `${names.map((name, index) => `export * as entry${index} from '${name}';`).join('\n')}\n`,
    );
    await compile(context, version, project);
    return `compiled ${names.length}`;
  };
  if (version === '5.4') continue;
  cases[`TypeScript ${version}, isolatedDeclarations`] = async (context) => {
    const options = { module: 'nodenext', isolatedDeclarations: true };
    await compile(context, version, createProject(context, `${version} isolated`, 'module', 'isolated.ts', options));
    return 'compiled';
  };
}

/** Creates a project with one file and the strictest options. */
function createProject({ output, path }, title, type, file, options) {
  const project = output(title.replace(/\W+/g, '-'));
  copyFileSync(path(file), join(project, file));
  for (const name of ['report.cjs', 'report.d.cts']) copyFileSync(path('program', name), join(project, name));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    declaration: true,
    ...options,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return project;
}

function compile({ path, run }, version, project) {
  return run(process.execPath, [path('node_modules', `typescript-${version}`, 'bin', 'tsc'), '-p', project]);
}

/** Returns the entry points that have types. */
function entryPoints({ path }) {
  const manifest = JSON.parse(readFileSync(path('node_modules', 'otelier', 'package.json'), 'utf8'));
  const paths = Object.keys(manifest.exports).filter((name) => !name.endsWith('.json'));
  return paths.map((name) => `otelier${name.slice(1)}`);
}
