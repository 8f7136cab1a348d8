import { appendFileSync } from 'node:fs';

/**
 * Answers a request by its picture's name: `hang...` never, `crash...` ends the process, all others at once. Who got it is
 * noted in the file `pids` beside the picture.
 */
process.on('disconnect', () => process.exit());
process.on('message', ({ source }) => {
  const name = source.replace(/.*\//, '');
  appendFileSync(source.replace(/[^/]*$/, 'pids'), `${process.pid}\n`);
  if (name.startsWith('crash')) process.abort();
  if (!name.startsWith('hang')) process.send({ type: 'made', thumbnail: { picture: Buffer.from(name) } });
});
process.send({ type: 'ready' });
