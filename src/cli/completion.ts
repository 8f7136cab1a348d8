import { ShellCompDirective } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { BASH_SCRIPT } from './completion-bash.js';

/** Adds `completion <shell>`, which prints a shell's script, and the hidden command that the script calls. */
export function addCompletion(program: Command): void {
  // A candidate and its description are one line.
  for (const command of program.commands) command.description(command.summary());
  const root = tab(program, { completionCommandName: 'completion' });
  const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
  // Everything else is a file name, which the shell completes itself.
  Object.defineProperty(root, 'directive', {
    get: () => (root.completions.length > 0 ? ShellCompDirectiveNoFileComp : ShellCompDirectiveDefault),
    set: () => undefined,
  });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.action((shell: string) => {
      if (shell === 'bash') process.stdout.write(BASH_SCRIPT);
      else root.setup(program.name(), program.name(), shell);
    });
}
