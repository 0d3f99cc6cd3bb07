import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

// Stands for a mail server on this machine: prints each mail as a line of JSON, and sends nothing.
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, { envelope }, done) {
    text(stream).then((message) => {
      console.log(JSON.stringify({ to: envelope.rcptTo.map(({ address }) => address), message }));
      done();
    }, done);
  },
});
const port = Number(process.env.SMTP_PORT ?? 2525);
server.listen(port, '127.0.0.1', () => console.log(`The mailbox listens at 127.0.0.1:${port}`));
