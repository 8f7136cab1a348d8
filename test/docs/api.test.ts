import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A file of this package, so that `fdeploy` is this package; it is not on disk. */
interface Snippet {
  file: string;
  code: string;
}

const snippet = (name: string, code: string): Snippet => ({
  file: path.resolve(`${name}.ts`),
  code: `${code}\nexport {};\n`,
});

function snippetsOf(document: string, language: string): Snippet[] {
  const blocks = readFileSync(document, 'utf8').matchAll(
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'),
  );
  return [...blocks].map((block, i) => snippet(`${path.basename(document, '.md')}-${i + 1}`, block[1]!));
}

/** Files that every program reads: TypeScript's own and the declarations. */
const parsed = new Map<string, ts.SourceFile | undefined>();

const RESOLUTIONS = {
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** What TypeScript says of the snippets in its strictest settings, by file, one line a fault. */
function faultsOf(snippets: readonly Snippet[], resolution: keyof typeof RESOLUTIONS): Map<string, string[]> {
  const codes = new Map(snippets.map(({ file, code }) => [file, code]));
  const options: ts.CompilerOptions = {
    ...RESOLUTIONS[resolution],
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => codes.has(name) || disk.fileExists(name),
    readFile: (name) => codes.get(name) ?? disk.readFile(name),
    getSourceFile: (name, version) => {
      const code = codes.get(name);
      if (code !== undefined) return ts.createSourceFile(name, code, version, true);
      const key = `${resolution} ${name}`;
      if (!parsed.has(key)) parsed.set(key, disk.getSourceFile(name, version));
      return parsed.get(key);
    },
  };
  const faults = new Map<string, string[]>(snippets.map(({ file }) => [path.basename(file), []]));
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(
    ts.createProgram([...codes.keys()], options, host),
  )) {
    const name = path.basename(file?.fileName ?? 'no file');
    const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0;
    const text = `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    faults.set(name, [...(faults.get(name) ?? []), text]);
  }
  return faults;
}

const documented = [...snippetsOf('docs/api.md', 'ts'), ...snippetsOf('README.md', 'js')];

const PROMISES = snippet(
  'promises',
  `
  import { openModel, predictFiles, PaddleDetModel, PaddleOcrPipeline } from 'fdeploy';
  const model = await openModel(new URL('file:///m'));
  if (model.task === 'ocr') {
    const { text } = await model.predict(new URL('file:///p'));
    void (text satisfies string | undefined);
  }
  if (model.task === 'segmentation') void (await model.predictBatch(['a']))[0]?.segments;
  const clone = await model.clone();
  if (clone.task === 'detection') void (await clone.run([])).map(({ result }) => result.objects);
  const detector = await PaddleDetModel.open('m', { topk: 1 });
  void (await (await detector.clone()).predict('p')).objects;
  const pipeline = await (await PaddleOcrPipeline.open()).clone();
  void pipeline.recognition?.preprocessor.config.batch;
  for await (const record of predictFiles({ model: new URL('file:///m'), images: 'photos/' }))
    if (record.status === 'ok' && record.task === 'classification') void record.result.classes;`,
);

/** Each is one fault. */
const MISTAKES = [
  snippet(
    'mistake-1',
    `import { openModel } from 'fdeploy'; void (await (await openModel('m')).predict('p')).objects;`,
  ),
  snippet('mistake-2', `import { openModel } from 'fdeploy'; await openModel('m', { topK: 3 });`),
  snippet('mistake-3', `import { predictFiles } from 'fdeploy'; predictFiles({ images: [], worker: 2 });`),
  snippet('mistake-4', `import { predictFiles } from 'fdeploy'; predictFiles({ images: [], output: 'o' });`),
  snippet(
    'mistake-5',
    `import { PaddleSegModel } from 'fdeploy'; await PaddleSegModel.open('m', { task: 'ocr' });`,
  ),
];

test('the documentation’s snippets compile strictly with Node’s resolution; the types narrow by task and refuse slips', () => {
  expect(documented.length).toBeGreaterThan(5);
  const faults = faultsOf([...documented, PROMISES, ...MISTAKES], 'node16');
  for (const { file } of [...documented, PROMISES]) {
    expect([path.basename(file), faults.get(path.basename(file))]).toEqual([path.basename(file), []]);
  }
  for (const { file } of MISTAKES) {
    expect([path.basename(file), faults.get(path.basename(file))!.length]).toEqual([path.basename(file), 1]);
  }
  expect(faults.size).toBe(documented.length + 1 + MISTAKES.length);
});

test('the documentation’s snippets compile strictly with a bundler’s resolution', () => {
  expect([...faultsOf(documented, 'bundler').values()].flat()).toEqual([]);
});
