// Serves an empty bucket: node --openssl-legacy-provider s3rver.mjs <folder> <bucket>. Prints its port.
// s3rver ciphers where a listing goes on with DES, which OpenSSL 3 has among its old algorithms only.
import S3rver from 's3rver';

const [directory, bucket] = process.argv.slice(2);
const { port } = await new S3rver({
  directory,
  address: '127.0.0.1',
  port: 0,
  silent: true,
  allowMismatchedSignatures: true, // the query is changed on its way
  vhostBuckets: false,
  configureBuckets: [{ name: bucket }],
}).run();
process.stdout.write(`${port}\n`);
