import { Duplex } from 'node:stream';

/** Two ends of one in-memory pipe, with back-pressure. */
export function duplexPair(): [Duplex, Duplex] {
  const left: Duplex = makeEnd(() => right);
  const right: Duplex = makeEnd(() => left);
  return [left, right];
}

function makeEnd(peer: () => Duplex): Duplex {
  return new Duplex({
    read() {
      this.emit('wanted');
    },
    write(chunk: Buffer, _encoding, done) {
      const other = peer();
      if (other.destroyed || other.push(chunk)) done();
      else other.once('wanted', () => done());
    },
    final(done) {
      peer().push(null);
      done();
    },
    destroy(error, done) {
      // As with a socket, the other side sees it a little later.
      setImmediate(() => peer().destroy());
      done(error);
    },
  });
}
