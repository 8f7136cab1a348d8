import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempFolder } from '../support/temp.js';

const found = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** A folder with files to complete, and the command on the path. */
function makePlace(): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = tempFolder();
  mkdirSync(path.join(cwd, 'photos'));
  writeFileSync(path.join(cwd, 'photos', 'a b.jpg'), '');
  const bin = path.join(cwd, 'bin');
  mkdirSync(bin);
  const command = `#!/bin/sh\nexec "${process.execPath}" "${path.resolve('bin/fdeploy.js')}" "$@"\n`;
  writeFileSync(path.join(bin, 'fdeploy'), command);
  chmodSync(path.join(bin, 'fdeploy'), 0o755);
  return { cwd, env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, TERM: 'dumb' } };
}

(found('bash') ? describe : describe.skip)('in bash', () => {
  const { cwd, env } = makePlace();
  const load = 'source <(fdeploy completion bash)';

  /** What bash would be offered for words, the last of which the cursor is at. */
  const offered = (...words: string[]): string[] => {
    const script = `${load}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); __fdeploy_complete
      [[ \${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const text = execFileSync('bash', ['-c', script, 'bash', 'fdeploy', ...words], { cwd, env }).toString();
    return text === '' ? [] : text.trimEnd().split('\n');
  };

  it('offers commands, and nothing that is said of them', () => {
    expect(offered('').sort()).toEqual(
      [
        'bench',
        'completion',
        'convert',
        'doctor',
        'help',
        'inspect',
        'models',
        'predict',
        'quantize',
        'report',
        'worker',
      ].sort(),
    );
    expect(offered('pre')).toEqual(['predict']);
  });

  it.each<[string[], string[]]>([
    [
      ['predict', '--det-l'],
      ['--det-limit-side', '--det-limit-type'],
    ],
    [
      ['predict', '--mode', ''],
      ['thread', 'process'],
    ],
    [['predict', '--mode', '=', 'pr'], ['process']], // as bash splits --mode=pr
    [
      ['predict', '--mode', '='],
      ['thread', 'process'],
    ],
    [['predict', 'pho'], []],
  ])('offers for %j what can stand there', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('may be loaded twice, and leaves files to bash', () => {
    const script = `${load}; ${load}; complete -p fdeploy`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe('complete -o default -F __fdeploy_complete fdeploy\n');
  });

  (found('script') ? it : it.skip)('completes what is typed, files too, and runs nothing of it', () => {
    const lines = [
      load,
      'fdeploy() { [[ $1 == complete ]] && command fdeploy "$@" || printf "<%s>" "$@"; }',
      'fdeploy pre\tpho\ta\t--mode=pr\t',
      'fdeploy predict -m $(touch ran)pho\t\x15',
      'exit',
    ];
    const { stdout } = spawnSync('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
      cwd,
      env,
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
    });
    expect(stdout).toContain('<predict><photos/a b.jpg><--mode=process>');
    expect(execFileSync('ls', { cwd }).toString()).toBe('bin\nphotos\n');
  });
});
