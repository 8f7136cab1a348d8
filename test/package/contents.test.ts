import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempFolder } from '../support/temp.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: { '.': Record<string, string> } & Record<string, string>;
  bin: Record<string, string>;
};

/** The paths of what npm would put into the package. */
function packedFiles(): Set<string> {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(answer) as [{ files: { path: string }[] }];
  return new Set(files.map((file) => file.path));
}

describe('the package', () => {
  const files = packedFiles();

  it('has what it exports and starts', () => {
    const { '.': own, ...others } = manifest.exports;
    const named = [...Object.values(own), ...Object.values(others), ...Object.values(manifest.bin)];
    expect(named.map((file) => path.posix.normalize(file)).filter((file) => !files.has(file))).toEqual([]);
  });

  it('has every page and picture that its pages link to', () => {
    const pages = [...files].filter((file) => file.endsWith('.md'));
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'README_CN.md', 'docs/api.md', 'docs/errors.md']),
    );
    const broken = pages.flatMap((page) => {
      const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(
        (link) => link[1]!,
      );
      return links
        .filter((link) => !/^https?:/.test(link))
        .map((link) => path.posix.join(path.posix.dirname(page), link))
        .filter((file) => !files.has(file));
    });
    expect(broken).toEqual([]);
  });

  it('has nothing that only the repository needs', () => {
    const kinds = new Set([...files].map((file) => (file.includes('/') ? file.split('/')[0]! : file)));
    expect([...kinds].sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'README_CN.md',
        'bin',
        'dist',
        'docs',
        'models',
        'package.json',
        'scripts',
        'src',
      ].sort(),
    );
    expect([...files].filter((file) => file.startsWith('src/'))).toEqual([
      'src/contracts/record.schema.json',
    ]);
    expect([...files].filter((file) => file.includes('tsbuildinfo'))).toEqual([]);
  });
});

describe('npm’s preinstall', () => {
  const SCRIPT = 'process.exit(1);\n';
  const here = `${process.platform}/${process.arch}`;
  const systems = [...new Set([here, 'linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64'])].sort();

  /** An installed fdeploy, onnxruntime-node in a folder of its own or beside it. @returns onnxruntime-node's folder */
  function install(place: 'own' | 'shared' | 'clone', env: Record<string, string> = {}): string {
    const project = tempFolder();
    const folder = path.join(project, place === 'clone' ? 'fdeploy' : 'node_modules/fdeploy');
    const onnxruntime = path.join(place === 'shared' ? project : folder, 'node_modules/onnxruntime-node');
    mkdirSync(path.join(folder, 'scripts'), { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(path.join(folder, 'scripts/preinstall.js'), readFileSync('scripts/preinstall.js'));
    mkdirSync(path.join(onnxruntime, 'script'), { recursive: true });
    writeFileSync(path.join(onnxruntime, 'script/install.js'), SCRIPT);
    for (const system of systems) {
      mkdirSync(path.join(onnxruntime, 'bin/napi-v6', system), { recursive: true });
      writeFileSync(path.join(onnxruntime, 'bin/napi-v6', system, 'binding.node'), '');
    }
    execFileSync(process.execPath, ['scripts/preinstall.js'], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
    });
    return onnxruntime;
  }

  const scriptOf = (folder: string) => readFileSync(path.join(folder, 'script/install.js'), 'utf8');
  const systemsOf = (folder: string) =>
    readdirSync(path.join(folder, 'bin/napi-v6'), { recursive: true })
      .map((file) => String(file).split(path.sep).join('/'))
      .filter((file) => file.endsWith('binding.node'))
      .map((file) => path.posix.dirname(file))
      .sort();

  it('takes the script and other systems’ libraries out of fdeploy’s own copy', () => {
    const folder = install('own');
    execFileSync(process.execPath, [path.join(folder, 'script/install.js')]);
    expect(systemsOf(folder)).toEqual([here]);
  });

  it.each(['shared', 'clone'] as const)('leaves a %s copy alone', (place) => {
    const folder = install(place);
    expect(scriptOf(folder)).toBe(SCRIPT);
    expect(systemsOf(folder)).toEqual(systems);
  });

  it('leaves the script where its user asked for something', () => {
    expect(scriptOf(install('own', { ONNXRUNTIME_NODE_INSTALL: 'cuda12' }))).toBe(SCRIPT);
    expect(scriptOf(install('own', { npm_config_onnxruntime_node_install: 'cuda12' }))).toBe(SCRIPT);
  });

  it('keeps the system that npm installs for', () => {
    expect(systemsOf(install('own', { npm_config_os: 'linux', npm_config_cpu: 'arm64' }))).toEqual([
      'linux/arm64',
    ]);
    expect(systemsOf(install('own', { npm_config_os: 'sunos', npm_config_cpu: 'x64' }))).toEqual(systems);
  });
});
